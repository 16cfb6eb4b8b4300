import type { IncomingHttpHeaders } from 'node:http'
import type { DeadlineWheel } from '../../base/deadline-wheel.ts'
import type { Timeouts } from '../../config/types.ts'
import type { ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import type { Line } from '../upstream/transport.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { BodyReceiver, Flow } from './body-receiver.ts'

/** Whose attempt it is: says what to send, and takes what comes of it. */
export interface AttemptOwner {
  readonly adapter: ProviderAdapter
  readonly stream: boolean
  readonly line: Line
  readonly wheel: DeadlineWheel
  readonly timeouts: Timeouts
  /** Monotonic ms at which the whole request must be done. */
  readonly dueMs: number
  /** What to send; signing may take time. */
  prepare(): UpstreamRequest | Promise<UpstreamRequest>
  /** An answer begins that is no error: who takes its body. `request` is what was sent. */
  receive(request: UpstreamRequest, headers: IncomingHttpHeaders, flow: Flow): BodyReceiver
  /** Called once, whatever came of it. Must not throw. */
  ended(result: AttemptResult): void
}
