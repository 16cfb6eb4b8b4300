/** Messages between the process that holds the state and the workers that answer, in V8's serialization. */
import { type ErrorCode, type ErrorDetails, RouterError, reasonOf } from '../../base/errors.ts'
import type { Packed } from '../../config/portable.ts'
import type { JsonObject, RequestRecord } from '../../plugins/api.ts'
import type { MetricsDelta } from '../../reports/metrics.ts'

export interface Failure {
  readonly code: ErrorCode
  readonly details: ErrorDetails
}

export const failureOf = (error: unknown): Failure =>
  error instanceof RouterError
    ? { code: error.code, details: error.details }
    : { code: 'ROUTER_INTERNAL', details: { reason: reasonOf(error) } }

/** What a worker begins with. */
export interface Init {
  readonly type: 'init'
  readonly config: Packed
  /** `OutcomeBook.snapshot`. */
  readonly book: JsonObject
  /** All that is shared of the engine's state: `deltaBytes`. */
  readonly deltas: Uint8Array
  /** Workers beside this one. */
  readonly others: number
  /** Unix milliseconds. */
  readonly startedAt: number
}

/** An answer to `find`. */
interface Found {
  readonly type: 'found'
  readonly id: number
  readonly record?: RequestRecord | undefined
  readonly failure?: Failure
}

export type ToWorker =
  | Init
  /** What others have learned: `deltaBytes`. */
  | { readonly type: 'deltas'; readonly deltas: Uint8Array }
  | { readonly type: 'reload'; readonly config: Packed }
  /** Asks for all that waits, and for an answer behind it. */
  | { readonly type: 'flush'; readonly id: number }
  /** Asks for one of its last requests. */
  | { readonly type: 'find'; readonly id: number; readonly record: string }
  | Found
  | { readonly type: 'metrics'; readonly id: number; readonly text: string }
  /** Answered at once by who is alive. */
  | { readonly type: 'ping' }
  /** `delayed`: after `server.drain_delay`. */
  | { readonly type: 'stop'; readonly delayed: boolean }

/** What a worker has learned since the last one. */
export interface Batch {
  readonly type: 'batch'
  /** `deltaBytes`: they are sent on as they are. */
  readonly deltas?: Uint8Array
  /** Lines of the decision log, for observers, in UTF-8. */
  readonly lines: readonly Uint8Array[]
  readonly metrics?: MetricsDelta | undefined
  /** What there was no room for, since the start. */
  readonly dropped: number
}

export interface WorkerLoad {
  readonly inFlight: ReadonlyMap<string, number>
  readonly residentBytes: number
}

export type FromWorker =
  | { readonly type: 'hello' }
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'reloaded' }
  | { readonly type: 'pong' }
  /** All is said, and it ends. */
  | { readonly type: 'ended' }
  | Batch
  | { readonly type: 'flushed'; readonly id: number; readonly load: WorkerLoad }
  /** Asks for a request of another worker, or one that is on disk. */
  | { readonly type: 'find'; readonly id: number; readonly record: string }
  | Found
  /** Nobody waits for it any more. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'metrics'; readonly id: number }
