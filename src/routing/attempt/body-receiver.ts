import type { Failure } from '../../plugins/api.ts'
import type { Reading } from '../codec.ts'

/** A failure found in the body: understood already, or the text of an error for the adapter to classify. */
export type ReceivedFailure = Failure | { readonly errorText: string }

/** Takes the body of one successful answer, from its head on. */
export interface BodyReceiver {
  /** Monotonic ms of the first output token (stream) or of the first byte that is not white space (whole body). */
  readonly startedMs: number | undefined
  /** What is known of the answer so far. */
  readonly reading: Reading | undefined
  /** True while the client is slow and the upstream is held back. */
  readonly paused: boolean
  /** A failure ends the attempt. */
  data(chunk: Buffer): ReceivedFailure | undefined
  end(): ReceivedFailure | undefined
  /** The attempt is over, whatever came of it: nothing is held any longer. */
  close?(): void
}

/** Holds the upstream back, and lets it go on. */
export interface Flow {
  pause(): void
  resume(): void
}
