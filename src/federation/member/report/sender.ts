import { reasonOf } from '../../../base/errors.ts'
import { epochAt, epochStart } from '../../protocol/epoch.ts'
import type { ProblemCode } from '../../protocol/problem.ts'
import { minorOf } from '../../protocol/version.ts'
import { Backoff } from '../backoff.ts'
import { Due } from '../due.ts'
import type { HubClient } from '../membership/hub-client.ts'
import { refusalOf } from '../membership/hub-http.ts'
import { checkTerms } from '../membership/hub-terms.ts'
import type { Membership } from '../membership/identity.ts'
import type { MemberStatus } from '../membership/member-status.ts'
import type { Reporter } from './reporter.ts'

export interface SenderOptions {
  readonly membership: Membership
  readonly reporter: Reporter
  readonly client: Pick<HubClient, 'info' | 'report'>
  readonly status: MemberStatus
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void }
  readonly random: () => number
}

/** Reports are sent within this part of the next epoch, at a moment of chance. */
const JITTER = 0.5
const FIRST_RETRY_MS = 5_000
const MAX_RETRY_MS = 900_000
/** After a start, what waits is sent soon. */
const START_MS = 30_000
const SAVE_MS = 10_000

/** No later try can change the hub's mind about these bytes. */
const FINAL: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'bad_json',
  'not_signed',
  'bad_signature',
  'conflict',
  'epoch_too_old',
  'too_large',
  'wrong_version',
  'invalid',
])

/**
 * When epochs are closed, the book saved and reports sent. The bytes of a report stay in the spool until the hub has
 * acknowledged them, and the hub takes the same bytes twice as once: wherever the process is killed, a report counts
 * once.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #backoff: Backoff
  /** The disk's work, one after the other. */
  #writing: Promise<void> | undefined
  #sending = false
  #isClosed = false
  /** Of the newest tick, Unix milliseconds: the hub may be slow. */
  #now: number
  /** As the hub said last. */
  #hubMinor: number | undefined
  #savedAt: number
  readonly #due: Due

  constructor(options: SenderOptions, now: number) {
    const { membership, random } = options
    this.#options = options
    const epochMs = membership.epochSeconds * 1000
    this.#backoff = new Backoff(Math.min(FIRST_RETRY_MS, epochMs / 8), Math.min(MAX_RETRY_MS, epochMs), random)
    this.#savedAt = now
    this.#now = now
    // Before the epoch ends: what is offered is in the report of the one before.
    const left = epochStart(epochAt(now, membership.epochSeconds) + 1, membership.epochSeconds) - now
    this.#due = new Due(now + random() * Math.min(START_MS, JITTER * Math.min(left, epochMs)), now)
  }

  /** Does what is due. Never rejects; `now` in Unix milliseconds. */
  async tick(now: number): Promise<void> {
    this.#now = now
    await this.#write(now)
    if (!this.#due.isOver(now) || this.#sending) return
    this.#sending = true
    try {
      await this.#send(now)
      this.#backoff.worked()
      this.#due.at = epochStart(
        epochAt(now, this.#options.membership.epochSeconds) + 1,
        this.#options.membership.epochSeconds,
      )
    } catch (error) {
      this.#options.status.failed('report', reasonOf(error), now, error)
      this.#due.at = now + this.#backoff.failed((error as { retryAfterMs?: number }).retryAfterMs)
    } finally {
      this.#sending = false
    }
  }

  /** Waits for the disk, and saves what was counted, unless `now` is missing. Never rejects. */
  async close(now: number | undefined): Promise<void> {
    this.#isClosed = true
    await this.#writing
    if (now === undefined) return
    this.#savedAt = Number.NEGATIVE_INFINITY
    await this.#write(now)
  }

  #write(now: number): Promise<void> {
    this.#writing ??= this.#close(now).finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #close(now: number): Promise<void> {
    const { reporter, status, membership, random } = this.#options
    try {
      const { epochSeconds } = membership
      if (this.#hubMinor !== undefined) await reporter.introduce(this.#hubMinor)
      const built = await reporter.close(now)
      if (built) {
        const jitter = random() * JITTER * epochSeconds * 1000
        this.#due.at = Math.max(this.#due.at, epochStart(built.report.epoch + 1, epochSeconds) + jitter)
      }
      if (now - this.#savedAt < SAVE_MS && now >= this.#savedAt) return
      await reporter.save()
      this.#savedAt = now
      status.well('disk')
    } catch (error) {
      // Tried again: an epoch stays open until its report is on the disk.
      status.failed('disk', reasonOf(error), now)
    }
  }

  async #send(now: number): Promise<void> {
    const { client, reporter, status, membership } = this.#options
    // Once after the start, what it takes is to be known.
    if (reporter.waiting.length === 0 && this.#hubMinor !== undefined) return
    const info = await client.info()
    status.clockDifferenceS = Math.round(info.time - now / 1000)
    checkTerms(membership, info)
    this.#hubMinor = minorOf(info)
    // One that is under way may have been too early for what follows from it.
    await this.#writing
    // What an earlier membership leaves is not written into what may be removed by now.
    if (this.#isClosed) return
    await this.#write(this.#now)
    for (const { epoch } of [...reporter.waiting]) await this.#sendOne(epoch, now)
    status.well('report')
  }

  async #sendOne(epoch: number, now: number): Promise<void> {
    const { client, reporter, status, log } = this.#options
    const document = await reporter.read(epoch)
    if (document === undefined) return
    try {
      await client.report(document)
      const { cells } = JSON.parse(document.subarray(document.indexOf('\n') + 1).toString())
      status.counts.reports += 1
      status.lastReport = { epoch, at: Math.floor(now / 1000), cells: cells.length }
      status.reported(cells, epoch)
    } catch (error) {
      const code = refusalOf(error)
      if (code === 'wrong_version' && (await reporter.lower(epoch))) return this.#sendOne(epoch, now)
      if (code === undefined || !FINAL.has(code)) throw error
      status.counts.refused += 1
      log.warn({ epoch, reason: reasonOf(error) }, 'The hub does not take a report, and it is dropped')
    }
    await reporter.settle(epoch)
  }
}
