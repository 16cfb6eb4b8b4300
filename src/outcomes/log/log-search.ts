import { Buffer } from 'node:buffer'
import { RouterError } from '../../base/errors.ts'
import { Turns } from '../../base/turns.ts'
import type { RequestRecord } from '../../plugins/api.ts'
import { type LogFile, logFiles } from './log-files.ts'
import { LogIndex, lineAt } from './log-index.ts'
import { lineToRecord } from './record-line.ts'

/** Our ids carry the second of arrival, see `Call.id`. */
const OUR_ID = /^gen-(\d{9,12})-/
/** What ids look like, ours and the upstreams'. */
const PLAUSIBLE = /^[\x21-\x7e]{1,256}$/
/** A request ends within a day of its arrival. Milliseconds. */
const MAX_REQUEST_MS = 24 * 3_600_000
/** Kept in the indexes of all files: 24 MB, enough for a million requests. */
const MAX_IDS = 2_000_000
const MAX_WAITING = 16
const BUDGET_MS = 5_000

export interface LogSearchOptions {
  /** Ids kept in memory, roughly. */
  readonly maxIds?: number
  /** Of one search; what was read until then is not read again. Default: 5 s. */
  readonly budgetMs?: number
}

/**
 * Finds single requests in the decision log of a folder by an index that is made as it is asked for: every byte of the
 * log is read once, whatever is asked and how often. One search at a time; a few may wait, the others are refused.
 */
export class LogSearch {
  readonly #directory: string
  readonly #maxIds: number
  readonly #budgetMs: number
  /** By path, the one used last at the end. */
  readonly #indexes = new Map<string, LogIndex>()
  readonly #turns = new Turns(MAX_WAITING)

  constructor(directory: string, { maxIds = MAX_IDS, budgetMs = BUDGET_MS }: LogSearchOptions = {}) {
    this.#directory = directory
    this.#maxIds = maxIds
    this.#budgetMs = budgetMs
  }

  /**
   * The newest record with this id, our own or the upstream's. Rejects with ROUTER_SEARCH_BUSY when too many wait or
   * the time is up, and with the signal's reason when it is aborted.
   */
  async find(id: string, signal: AbortSignal = new AbortController().signal): Promise<RequestRecord | undefined> {
    if (!PLAUSIBLE.test(id)) return undefined
    if (this.#turns.full) throw busy()
    const end = await this.#turns.take(signal)
    const budget = new AbortController()
    const timer = setTimeout(() => budget.abort(busy()), this.#budgetMs)
    try {
      return await this.#search(id, AbortSignal.any([signal, budget.signal]))
    } finally {
      clearTimeout(timer)
      end()
    }
  }

  async #search(id: string, signal: AbortSignal): Promise<RequestRecord | undefined> {
    const files = await logFiles(this.#directory)
    this.#forgetOthers(files)
    const quoted = Buffer.from(JSON.stringify(id).slice(1, -1))
    let looked = 0
    for (const file of candidates(files, id)) {
      // Files of more requests than fit are not searched: each search would read them anew.
      if (looked >= this.#maxIds) return undefined
      const index = await this.#indexOf(file, signal)
      looked += index.size
      for (const offset of index.find(quoted)) {
        const line = await lineAt(file.path, offset)
        const record = line === undefined ? undefined : lineToRecord(line)
        if (record && (record.id === id || record.upstreamId === id)) return record
        signal.throwIfAborted()
      }
    }
    return undefined
  }

  async #indexOf({ path, bytes }: LogFile, signal: AbortSignal): Promise<LogIndex> {
    const index = this.#indexes.get(path) ?? new LogIndex()
    this.#indexes.delete(path)
    this.#indexes.set(path, index)
    await index.extend(path, bytes, signal)
    let total = 0
    for (const { size } of this.#indexes.values()) total += size
    for (const [oldest, { size }] of this.#indexes) {
      if (total <= this.#maxIds || oldest === path) break
      this.#indexes.delete(oldest)
      total -= size
    }
    return index
  }

  #forgetOthers(files: readonly LogFile[]): void {
    const paths = new Set(files.map(({ path }) => path))
    for (const path of this.#indexes.keys()) if (!paths.has(path)) this.#indexes.delete(path)
  }
}

const busy = () => new RouterError('ROUTER_SEARCH_BUSY', {}, { retryAfterMs: 1_000 })

/**
 * The files in which the id may stand, likeliest first: newest first, and for ours those of its time, from that time
 * on.
 */
function candidates(files: readonly LogFile[], id: string): readonly LogFile[] {
  const seconds = OUR_ID.exec(id)?.[1]
  if (seconds === undefined) return files
  const arrived = Number(seconds) * 1000
  return files
    .filter(({ openedAt, modifiedAt }) => modifiedAt >= arrived && openedAt <= arrived + MAX_REQUEST_MS)
    .reverse()
}
