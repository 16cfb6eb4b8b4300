import type { Readable } from 'node:stream'
import type { JsonObject, Operation } from '../../plugins/api.ts'
import type { Provider } from '../catalogue.ts'
import type { Trace } from '../ports.ts'

/** A client's request that goes to one provider as it is. */
export interface RelayCall {
  /** `gen-<unix seconds>-<random>`. */
  readonly id: string
  /** Unix milliseconds of arrival, and the same moment on the monotonic clock. */
  readonly time: number
  readonly arrivedMs: number
  readonly operation: Extract<Operation, 'file' | 'batch' | 'passthrough'>
  readonly provider: Provider
  readonly method: string
  /** Below the service's address, without a slash at its start; it leads nowhere above. */
  readonly path: string
  /** With its question mark, or empty. */
  readonly query: string
  /** Lower-case names; the client's key is not in them, nor what concerns its connection only. */
  readonly headers: Readonly<Record<string, string>>
  /** A stream is sent as it comes, once; bytes are sent again when a connection turns out to be stale. */
  readonly body?: Upload | Buffer
  readonly trace?: Trace
  /** Fingerprint of the client's key; empty when there is none. */
  readonly account: string
  /** In place of what routing says, where the client asks for it. */
  readonly timeouts?: { readonly responseMs?: number; readonly idleMs?: number }
  /**
   * Takes a good answer that is a JSON object, whole, and gives what the client gets in its place; undefined for the
   * same bytes. Absent: every answer is passed on as it comes.
   */
  read?(body: JsonObject): Promise<JsonObject | undefined>
  /** After `read`: what the answer says that something took is to be charged, and was not before. */
  charges?(): boolean
}

/** A body that is sent on as it comes. */
export interface Upload {
  readonly stream: Readable
  /** Bytes, when the client says so. */
  readonly length: number | undefined
  /** Calls back at each piece. */
  onPiece(listener: () => void): void
}

/** The client's side. After `start` nothing else can be said. */
export interface RelaySink {
  readonly closed: boolean
  onClose(listener: () => void): void
  start(status: number, headers: Readonly<Record<string, string>>): void
  /** False: the client is slow, wait for `onDrain`. */
  write(bytes: Buffer): boolean
  onDrain(listener: () => void): void
  end(): void
  /** Hangs up: what has begun cannot be ended. */
  abort(): void
}
