import { randomBytes } from 'node:crypto'
import { drawThresholdNoise } from './noise.ts'
import { noiseStream } from './noise-stream.ts'

const KEY_BYTES = 32

/**
 * The noise on each cell's threshold: made from a secret, the cell's name and how often it was reported, and kept
 * nowhere. So it is the same whatever was counted in the cell, whenever it began to wait and however often it was
 * forgotten since: nothing but a report of the cell, which anybody may know of, draws another.
 */
export class Thresholds {
  #key: Buffer = randomBytes(KEY_BYTES)
  /** How often each cell was reported. There are as many as there are public names and classes. */
  readonly #reports = new Map<string, number>()

  /** Of a cell, by its key. */
  of(cell: string): number {
    return drawThresholdNoise(noiseStream(this.#key, `${this.#reports.get(cell) ?? 0}\n${cell}`))
  }

  /** Its cell was reported: from now on another one counts. */
  renew(cell: string): void {
    this.#reports.set(cell, (this.#reports.get(cell) ?? 0) + 1)
  }

  encode() {
    return { key: this.#key.toString('base64url'), reports: [...this.#reports] }
  }

  /** Takes what `encode` gave. False, and nothing taken, when it is something else. */
  decode(value: unknown): boolean {
    const { key, reports } = (value ?? {}) as Partial<Record<string, unknown>>
    const secret = Buffer.from(typeof key === 'string' ? key : '', 'base64url')
    if (secret.length !== KEY_BYTES || !Array.isArray(reports)) return false
    for (const entry of reports) {
      const [cell, count] = Array.isArray(entry) ? entry : []
      if (typeof cell === 'string' && Number.isSafeInteger(count)) this.#reports.set(cell, count)
    }
    this.#key = secret
    return true
  }
}
