import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { NewReport, Written } from './write-reports.ts'

/** Reports written in one statement, and the bytes of their bodies. */
const MAX_BATCH_SIZE = 64
const MAX_BATCH_BYTES = 4_194_304
/** Reports that may wait; more is a database that does not keep up. */
const MAX_WAITING = 2_000
const MAX_WAITING_BYTES = 67_108_864
const RETRY_AFTER_S = 30

interface Waiting {
  readonly report: NewReport
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: while one batch is being committed, what arrives waits and makes the next batch. A report alone is
 * written at once; under load the cost of a commit is shared. `write` settles after the commit, so what is acknowledged
 * is durable.
 */
export class ReportWriter {
  readonly #writeBatch: (reports: readonly NewReport[]) => Promise<readonly Written[]>
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #busy = false

  constructor(writeBatch: (reports: readonly NewReport[]) => Promise<readonly Written[]>) {
    this.#writeBatch = writeBatch
  }

  /** @throws ProtocolProblem unavailable, when too many wait; and what the database throws */
  write(report: NewReport): Promise<Written> {
    if (this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES) {
      throw new ProtocolProblem('unavailable', 'The hub has more reports to write than it can: send it later.', {
        retryAfterS: RETRY_AFTER_S,
      })
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ report, resolve, reject })
      this.#waitingBytes += report.body.length
      if (!this.#busy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#busy = true
    while (this.#waiting.length > 0) {
      const batch = this.#take()
      try {
        const written = await this.#writeBatch(batch.map(({ report }) => report))
        for (const [index, { resolve }] of batch.entries()) resolve(written[index]!)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#busy = false
  }

  #take(): Waiting[] {
    let [count, bytes] = [0, 0]
    while (count < this.#waiting.length && count < MAX_BATCH_SIZE && bytes < MAX_BATCH_BYTES)
      bytes += this.#waiting[count++]!.report.body.length
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }
}
