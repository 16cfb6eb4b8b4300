import { join } from 'node:path'
import { readIfThere } from '../base/files/read-if-there.ts'
import { writeWhole } from '../base/files/write-whole.ts'
import { isObject } from '../base/json/is-object.ts'
import { PROBE_MAX_AGE_S, PROBE_RESULTS } from '../federation/protocol/limits.ts'
import type { ProbeResult } from '../federation/protocol/types.ts'

const FILE = 'outbox.json'
/** About two megabytes on the disk. */
const MAX_WAITING = 8_000

/** Results under one number: sent again under the same, they count once. */
export interface ProbeBatch {
  readonly seq: number
  readonly results: readonly ProbeResult[]
}

/**
 * Results that the hub does not have yet, oldest first; on the disk, so that a hub that is away or a restart loses
 * none. Those of yesterday, and the oldest of too many, go.
 */
export class UnsentResults {
  readonly #path: string
  #results: ProbeResult[]
  /** Cut off and not yet known to be taken. */
  #batch: ProbeBatch | undefined
  #seq: number
  #changed = false

  private constructor(path: string, results: ProbeResult[], batch: ProbeBatch | undefined, seq: number) {
    this.#path = path
    this.#results = results
    this.#batch = batch
    this.#seq = seq
  }

  /** What an earlier run left; what is not readable is lost, and nothing else. Throws the system's error. */
  static open(directory: string): UnsentResults {
    const path = join(directory, FILE)
    const { results, batch, seq } = parsed(readIfThere(path)?.toString() ?? '{}')
    return new UnsentResults(path, resultsIn(results), batchIn(batch), isSeq(seq) ? seq : 0)
  }

  get waiting(): number {
    return this.#results.length + (this.#batch?.results.length ?? 0)
  }

  add(result: ProbeResult): void {
    this.#results.push(result)
    if (this.#results.length > MAX_WAITING) this.#results.splice(0, this.#results.length - MAX_WAITING)
    this.#changed = true
  }

  /** The next to send, the same until it is taken; undefined when nothing waits. `now` in Unix milliseconds. */
  next(now: number): ProbeBatch | undefined {
    const oldest = now / 1000 - PROBE_MAX_AGE_S
    if (this.#batch?.results.some(({ time }) => time < oldest)) this.#batch = undefined
    if (this.#batch) return this.#batch
    this.#results = this.#results.filter(({ time }) => time >= oldest)
    if (this.#results.length === 0) return undefined
    this.#seq = Math.max(this.#seq + 1, Math.floor(now))
    this.#batch = { seq: this.#seq, results: this.#results.splice(0, PROBE_RESULTS) }
    this.#changed = true
    return this.#batch
  }

  /** The hub has it, or will never want it. */
  taken({ seq }: ProbeBatch): void {
    if (this.#batch?.seq === seq) this.#batch = undefined
    this.#changed = true
  }

  /** Rejects with the system's error. One call at a time. */
  async save(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    const state = { seq: this.#seq, results: this.#results, ...(this.#batch && { batch: this.#batch }) }
    try {
      await writeWhole(this.#path, JSON.stringify(state))
    } catch (error) {
      this.#changed = true
      throw error
    }
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const file: unknown = JSON.parse(text)
    return isObject(file) ? file : {}
  } catch {
    return {}
  }
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value)

function batchIn(value: unknown): ProbeBatch | undefined {
  if (!isObject(value) || !isSeq(value.seq)) return undefined
  const results = resultsIn(value.results)
  return results.length > 0 ? { seq: value.seq, results } : undefined
}

/** What lacks more than its time, the hub refuses. */
const resultsIn = (list: unknown): ProbeResult[] =>
  (Array.isArray(list) ? list : []).filter((each) => Number.isFinite(each?.time))
