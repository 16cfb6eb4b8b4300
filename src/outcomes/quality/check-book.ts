import { BoundedMap } from '../../base/bounded-map.ts'
import { JoinedKeys } from '../../base/joined-keys.ts'
import { decay } from './quality-sums.ts'

const MAX = 1_000
/** Verdicts that the declared reliability is worth. */
const DECLARED_WEIGHT = 20
/**
 * Counts do not grow beyond this, so that a check that changed is noticed. Errors stay below half of them, where a check
 * says nothing: what one client says of answers that all others find good does not stand for months.
 */
const MAX_CHANCES = 500
/** What one client says counts as so many opinions at most where others' answers are checked. */
const MAX_OF_OTHER = 5
/** Who spoke of a check; the one that did so longest ago goes. */
const MAX_CLIENTS = 50
/** Where no keys are asked for, and of the router's own judge: it counts for everybody. */
const NOBODY = ''
/** A check that is right half the time says nothing. */
const BOUNDS = { least: 0.55, most: 0.999 } as const

/** A verdict on an answer of which somebody had an opinion afterwards. */
export interface JudgedVerdict {
  /** See `checkOf`. */
  readonly check: string
  readonly passed: boolean
  /** Chance of a good answer, as it was expected before the check. */
  readonly expected: number
  /** How often the check was taken to be right. */
  readonly reliability: number
  /** Fingerprint of the key whose client had the opinion; absent where it was nobody's. */
  readonly client?: string
}

/** A selector's own: another's of the same name may have another threshold, judge or command. */
export const checkOf = (selector: string, check: string): string => `${selector}\n${check}`

export interface Reliability {
  /** How often the check is right. */
  readonly reliability: number
  /** Opinions that it was learned from; 0: as declared. */
  readonly opinions: number
}

interface Counts {
  /** Unix ms of the last opinion. */
  readonly at: number
  readonly opinions: number
  /** Verdicts that were wrong, and those that might have been. */
  readonly errors: number
  readonly chances: number
}

const NOTHING: Counts = { at: 0, opinions: 0, errors: 0, chances: 0 }

/**
 * How often checks are right, of each model, from the opinions on answers that were checked: a Beta count of errors,
 * which begins as declared, is bounded, and fades as all opinions do. Of what failed nobody has an opinion, because it
 * was thrown away; so a bad answer that passed is an error not of all that passed, but of so many bad ones as have to
 * have been checked for these to pass (Bayes). Each client is counted by itself: what it says counts fully for its own
 * requests, and little for those of others, so that none can spoil a check for all.
 */
export class CheckBook {
  /** By check and client. */
  readonly #counts = new BoundedMap<string, Map<string, Counts>>(MAX)

  /** `score`: how good the answer was; `weight`: below zero takes back what was learned at `at`. */
  learn(model: string, verdict: JudgedVerdict, score: number, weight: number, at: number): void {
    const { client = NOBODY } = verdict
    const key = KEYS.of(model, verdict.check)
    const known = this.#counts.get(key)?.get(client) ?? { ...NOTHING, at }
    const now = Math.max(known.at, at)
    const share = weight * decay(now - at)
    const error = verdict.passed ? 1 - score : score
    const kept = decay(now - known.at)
    const sum = (before: number, more: number) => Math.max(0, before * kept + share * more)
    const chances = sum(known.chances, chancesOf(verdict))
    const scale = Math.min(1, MAX_CHANCES / Math.max(1, chances))
    this.#set(key, client, {
      at: now,
      opinions: scale * sum(known.opinions, 1),
      errors: scale * Math.min(sum(known.errors, error), (chances + DECLARED_WEIGHT) / 2),
      chances: scale * chances,
    })
  }

  /** `client`: whose answer is checked. */
  read(model: string, check: string, declared: number, now: number, client = NOBODY): Reliability {
    let [opinions, errors, chances] = [0, 0, 0]
    for (const [who, counts] of this.#counts.get(KEYS.of(model, check)) ?? []) {
      const own = who === client || who === NOBODY ? 1 : shareOfOther(counts)
      const share = own * decay(now - counts.at)
      opinions += share * counts.opinions
      errors += share * counts.errors
      chances += share * counts.chances
    }
    if (!(opinions > 0)) return { reliability: declared, opinions: 0 }
    const wrong = (DECLARED_WEIGHT * (1 - declared) + errors) / (DECLARED_WEIGHT + chances)
    return { reliability: Math.min(BOUNDS.most, Math.max(BOUNDS.least, 1 - wrong)), opinions }
  }

  #set(key: string, client: string, counts: Counts): void {
    const clients = this.#counts.get(key) ?? new Map<string, Counts>()
    clients.delete(client)
    clients.set(client, counts)
    if (clients.size > MAX_CLIENTS) clients.delete(clients.keys().next().value!)
    this.#counts.set(key, clients)
  }

  encode(): unknown[] {
    return [...this.#counts.entries()].flatMap(([key, clients]) =>
      [...clients].map(([client, { at, opinions, errors, chances }]) => [
        key,
        at,
        ...[opinions, errors, chances].map((sum) => Number(sum.toPrecision(7))),
        ...(client === NOBODY ? [] : [client]),
      ]),
    )
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode(rows: Iterable<readonly unknown[]>): void {
    for (const [key, at, opinions, errors, chances, client = NOBODY] of rows) {
      const counts = { at, opinions, errors, chances } as Counts
      const makeSense = Object.values(counts).every((value) => Number.isFinite(value) && value >= 0)
      if (typeof key === 'string' && typeof client === 'string' && makeSense) this.#set(key, client, counts)
    }
  }
}

const shareOfOther = ({ opinions, errors, chances }: Counts): number =>
  Math.min(1, MAX_OF_OTHER / Math.max(opinions, errors, chances))

const KEYS = new JoinedKeys()

/** How many verdicts that might have been wrong in this way one such verdict stands for. */
function chancesOf({ passed, expected, reliability }: JudgedVerdict): number {
  const right = passed ? expected : 1 - expected
  return (1 - right) / Math.max(0.01, right * reliability + (1 - right) * (1 - reliability))
}

/** Verdicts from a file. */
export const areVerdicts = (value: unknown): value is JudgedVerdict[] =>
  Array.isArray(value) &&
  value.every(
    (each: Partial<JudgedVerdict> | null) =>
      typeof each?.check === 'string' &&
      typeof each.passed === 'boolean' &&
      (each.client === undefined || typeof each.client === 'string') &&
      [each.expected, each.reliability].every((share) => Number.isFinite(share) && share! >= 0 && share! <= 1),
  )
