import type { IncomingHttpHeaders } from 'node:http'
import type { ReceivedFailure } from './attempt.ts'
import type { BodyReceiver, Flow } from './body-receiver.ts'
import type { ClientSink, StreamReader } from './ports.ts'

/** Bytes that may come before the first output token: keep-alives, role chunks, empty deltas. */
const HELD_LIMIT = 4 * 1024 * 1024
/** Bytes of an answer that is not a stream although one was asked for: enough for an error. */
const UNSTREAMED_LIMIT = 64 * 1024

/**
 * A streamed answer. Holds everything back until the first output token, then commits and lets the bytes flow at the client's pace.
 * After the commit a failure is returned as before; telling the client in-band is up to the engine.
 */
export class StreamReceiver implements BodyReceiver {
  readonly reading: StreamReader
  startedMs: number | undefined
  paused = false
  readonly #sink: ClientSink
  readonly #commit: () => void
  #held: Buffer[] = []
  #heldBytes = 0
  #committed = false
  #unstreamed: Buffer[] | undefined
  #flow!: Flow

  /** `commit` is called once, right before the first byte goes to the sink. */
  constructor(reading: StreamReader, sink: ClientSink, commit: () => void) {
    this.reading = reading
    this.#sink = sink
    this.#commit = commit
  }

  begin(headers: IncomingHttpHeaders, flow: Flow): void {
    this.#flow = flow
    const type = headers['content-type']
    // Some upstreams forget the type of a stream; a declared JSON or HTML body is no stream.
    if (type?.includes('json') || type?.includes('html')) this.#unstreamed = []
  }

  data(chunk: Buffer): ReceivedFailure | undefined {
    if (this.#unstreamed) {
      this.#heldBytes += chunk.length
      this.#unstreamed.push(chunk)
      return this.#heldBytes > UNSTREAMED_LIMIT ? this.#notAStream() : undefined
    }
    const out = this.reading.push(chunk)
    if (this.#committed) this.#write(out)
    else {
      const failure = this.#hold(out)
      if (failure) return failure
    }
    return this.#verdict()
  }

  end(): ReceivedFailure | undefined {
    if (this.#unstreamed) return this.#notAStream()
    const { reading } = this
    const tail = reading.end()
    const failure = this.#verdict()
    if (failure) return failure
    if (!reading.finished) return { kind: 'provider_truncated', message: 'the stream ended without a finish reason' }
    if (!reading.started) return { kind: 'provider_empty', message: 'the stream finished without any output' }
    this.#write(tail)
    return undefined
  }

  close(): void {
    this.reading.close?.()
  }

  #hold(out: readonly Buffer[]): ReceivedFailure | undefined {
    for (const bytes of out) {
      this.#held.push(bytes)
      this.#heldBytes += bytes.length
    }
    const { started, errorText, malformed } = this.reading
    if (started && errorText === undefined && malformed === undefined) {
      this.startedMs = performance.now()
      this.#committed = true
      this.#commit()
      this.#write(this.#held)
      this.#held = []
      return undefined
    }
    if (this.#heldBytes <= HELD_LIMIT) return undefined
    return { kind: 'provider_malformed', message: `${HELD_LIMIT} bytes came without any output` }
  }

  #verdict(): ReceivedFailure | undefined {
    const { errorText, malformed, routerFault } = this.reading
    if (errorText !== undefined) return { errorText }
    if (routerFault !== undefined) return { kind: 'router_error', message: routerFault }
    if (malformed !== undefined) return { kind: 'provider_malformed', message: malformed }
    return undefined
  }

  #notAStream(): ReceivedFailure {
    const text = Buffer.concat(this.#unstreamed ?? []).toString()
    return /"error"/.test(text) || text.startsWith('<')
      ? { errorText: text }
      : { kind: 'provider_malformed', message: 'it answered without streaming although a stream was asked for' }
  }

  #write(out: readonly Buffer[]): void {
    let flowing = true
    for (const bytes of out) if (bytes.length > 0) flowing = this.#sink.write(bytes)
    if (flowing || this.paused) return
    this.paused = true
    this.#flow.pause()
    this.#sink.onDrain(() => {
      this.paused = false
      this.#flow.resume()
    })
  }
}
