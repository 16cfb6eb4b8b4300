import { hash } from 'node:crypto'

/**
 * Proof of work for a hub that takes members without an invite, after hashcash (Back 2002): SHA-256 over the lines
 * `commonroute/v1/work`, the fingerprint of the hub's key, the member's public key, the UTC day (days since the Unix
 * epoch) and a nonce begins with as many zero bits as the hub asks. It is bound to one hub, one key and one day, so
 * none can be kept in store.
 */
export interface Work {
  readonly day: number
  readonly nonce: string
}

/** What work is done for. */
export interface WorkTask {
  /** Fingerprint. */
  readonly hub: string
  readonly publicKey: string
}

const DAY_MS = 86_400_000
/** Nonces tried before others get a turn. */
const TRIES = 4_096

const workDay = (nowMs: number): number => Math.floor(nowMs / DAY_MS)

/** Finds a nonce: 2^difficulty tries on average, a million a second or so. Lets the event loop go on. */
export async function doWork(task: WorkTask, difficulty: number, nowMs: number): Promise<Work> {
  const day = workDay(nowMs)
  const head = headOf(task, day)
  for (let tried = 0; ; tried += TRIES) {
    for (let nonce = tried; nonce < tried + TRIES; nonce++)
      if (zeroBits(hash('sha256', head + nonce, 'buffer')) >= difficulty) return { day, nonce: String(nonce) }
    await new Promise(setImmediate)
  }
}

/** Whether the work was done, of today, or of the day before or after. */
export function isDone({ day, nonce }: Work, task: WorkTask, difficulty: number, nowMs: number): boolean {
  const today = workDay(nowMs)
  // Clocks differ around midnight.
  if (day < today - 1 || day > today + 1) return false
  return zeroBits(hash('sha256', headOf(task, day) + nonce, 'buffer')) >= difficulty
}

const headOf = ({ hub, publicKey }: WorkTask, day: number): string =>
  `commonroute/v1/work\n${hub}\n${publicKey}\n${day}\n`

function zeroBits(digest: Buffer): number {
  const byte = digest.findIndex((value) => value !== 0)
  return byte < 0 ? 8 * digest.length : 8 * byte + Math.clz32(digest[byte]!) - 24
}
