import type { Failure, OutcomeKind } from '../../plugins/api.ts'
import type { Reading } from '../codec.ts'

/** How one upstream call ended. */
export interface AttemptResult {
  readonly kind: OutcomeKind
  readonly failure: Failure | undefined
  /** There was a connection to send the request on. */
  readonly sent: boolean
  readonly status: number | undefined
  /** The upstream's own id of the request. */
  readonly requestId: string | undefined
  /** From sending to the first output token; not streaming: to the whole body. */
  readonly ttftMs: number | undefined
  readonly totalMs: number
  readonly reading: Reading | undefined
}
