import { join } from 'node:path'
import { readIfThere } from '../base/files/read-if-there.ts'
import { writeWhole } from '../base/files/write-whole.ts'

const FILE = 'budget.json'
const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d\d-\d\d$/
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10)

/**
 * What may be spent in a day (UTC). What a request may cost at the most is set aside, on the disk, before it is sent;
 * so neither a crash nor a restart gives a day its money back. A file that cannot be read is taken for a day whose
 * money is spent.
 */
export class Budget {
  readonly #path: string
  readonly #usd: number
  #day: string
  #spent: number
  /** Writes, one after the other. */
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, usd: number, day: string, spent: number) {
    this.#path = path
    this.#usd = usd
    this.#day = day
    this.#spent = spent
  }

  /** `now` in Unix milliseconds, as everywhere here. Throws the system's error. */
  static open(directory: string, usd: number, now: number): Budget {
    const path = join(directory, FILE)
    const text = readIfThere(path)?.toString()
    const today = dayOf(now)
    if (text === undefined) return new Budget(path, usd, today, 0)
    try {
      const { day, usd: spent } = JSON.parse(text) as { day: string; usd: number }
      if (!DAY.test(day) || !(Number.isFinite(spent) && spent >= 0)) throw new TypeError('not a budget')
      return new Budget(path, usd, day, spent)
    } catch {
      return new Budget(path, usd, today, usd)
    }
  }

  /** USD of today, what is set aside included. */
  spent(now: number): number {
    this.#begin(now)
    return this.#spent
  }

  /** Sets money aside. False, and nothing done, when there is not so much left; rejects when it cannot be kept. */
  async reserve(usd: number, now: number): Promise<boolean> {
    this.#begin(now)
    if (this.#spent + usd > this.#usd) return false
    this.#spent += usd
    await this.#save()
    return true
  }

  /** What was set aside that day cost `usd` in truth. */
  async settle(reserved: number, usd: number, day: string): Promise<void> {
    if (day !== this.#day || reserved === usd) return
    this.#spent = Math.max(0, this.#spent - reserved + usd)
    await this.#save()
  }

  /** The day that money is set aside of. */
  day(now: number): string {
    this.#begin(now)
    return this.#day
  }

  /** A clock that is set back begins no day anew. */
  #begin(now: number): void {
    const today = dayOf(now)
    if (today <= this.#day) return
    this.#day = today
    this.#spent = 0
  }

  #save(): Promise<void> {
    const text = JSON.stringify({ day: this.#day, usd: this.#spent })
    const written = this.#writing.then(() => writeWhole(this.#path, text))
    this.#writing = written.catch(() => {})
    return written
  }
}

/** Unix milliseconds at which the next day begins. */
export const tomorrow = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS
