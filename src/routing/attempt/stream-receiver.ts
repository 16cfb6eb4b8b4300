import type { IncomingHttpHeaders } from 'node:http'
import { Paced } from '../../base/paced.ts'
import type { Soon } from '../../base/soon.ts'
import type { InBandError, StreamReader } from '../codec.ts'
import type { ClientSink } from '../ports.ts'
import type { BodyReceiver, Flow, ReceivedFailure } from './body-receiver.ts'

/** Bytes that may come before the first output token: keep-alives, role chunks, empty deltas. */
const HELD_LIMIT = 4 * 1024 * 1024
/** The same of an answer that is to be checked: what is longer goes out unchecked. */
const CHECKED_LIMIT = 16 * 1024 * 1024
/** Of what was held back and is copied into one piece, the bytes at most. */
const MAX_JOINED_BYTES = 16 * 1024
/** Bytes of an answer that is not a stream although one was asked for. */
const UNSTREAMED_LIMIT = 64 * 1024 * 1024

const NONE: readonly Buffer[] = []

/** Whose stream it is. */
interface StreamOwner {
  readonly sink: ClientSink
  readonly soon: Soon
  /** False: a stream of this wire may begin with anything. */
  readonly hasEvents: boolean
  /** Nobody else can be asked, so that an answer with invalid output need not be held back. */
  readonly isLastChance: boolean
  /** It is checked first, as far as it fits. */
  readonly holdsBack: boolean
  /** A whole answer as a stream; undefined when it is none. */
  unfold(bytes: Buffer): Buffer | undefined
  /** Called once, right before the first byte goes to the sink. */
  commit(): void
}

/**
 * A streamed answer. Holds everything back until the first output token, then commits and lets the bytes flow at the
 * client's pace. After the commit a failure is returned as before; telling the client in-band is up to the engine.
 */
export class StreamReceiver extends Paced implements BodyReceiver {
  readonly reading: StreamReader
  startedMs: number | undefined
  paused = false
  readonly #owner: StreamOwner
  readonly #sink: ClientSink
  readonly #flow: Flow
  #held: readonly Buffer[] = NONE
  #heldBytes = 0
  #committed = false
  #unstreamed: Buffer[] | undefined
  #begun: boolean
  /** What came with the end marker, for as long as this turn of the event loop. */
  #last: Buffer | undefined

  constructor(owner: StreamOwner, reading: StreamReader, headers: IncomingHttpHeaders, flow: Flow) {
    super()
    this.reading = reading
    this.#owner = owner
    this.#sink = owner.sink
    this.#flow = flow
    const type = headers['content-type']
    this.#begun = reading.beginsAnyhow || (!owner.hasEvents && !type?.includes('json') && !type?.includes('html'))
  }

  data(bytes: Buffer): ReceivedFailure | undefined {
    let chunk = bytes
    // Declared types are often wrong: no event of a stream begins like JSON or HTML.
    if (!this.#begun) {
      // Not all clients skip a byte order mark.
      if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk = chunk.subarray(3)
      const first = firstByte(chunk)
      this.#begun = first !== undefined
      if (first !== undefined && UNSTREAMED.has(first)) this.#unstreamed = []
    }
    if (this.#unstreamed) {
      this.#heldBytes += chunk.length
      this.#unstreamed.push(chunk)
      return this.#heldBytes > UNSTREAMED_LIMIT ? notAStream('') : undefined
    }
    return this.#pass(chunk)
  }

  #pass(chunk: Buffer): ReceivedFailure | undefined {
    const out = this.reading.push(chunk)
    if (this.#committed) this.#send(out)
    else {
      const failure = this.#hold(out)
      if (failure) return failure
    }
    return this.#verdict()
  }

  end(): ReceivedFailure | undefined {
    if (this.#unstreamed) {
      const bytes = Buffer.concat(this.#unstreamed)
      const events = this.#owner.hasEvents ? this.#owner.unfold(bytes) : undefined
      const failure = events ? this.#pass(events) : notAStream(bytes.toString())
      if (failure) return failure
    }
    const { reading } = this
    const tail = reading.end()
    const failure = this.#verdict()
    if (failure) return failure
    if (!reading.finished) return { kind: 'provider_truncated', message: 'the stream ended without a finish reason' }
    if (!reading.started) return { kind: 'provider_empty', message: 'the stream finished without any output' }
    if (this.#committed) this.#send(tail)
    else this.#held = [...this.#held, ...tail]
    // What the last event brought may be what starts the answer.
    if (!this.#committed && !this.#isHeldBack()) this.#begin()
    return undefined
  }

  /** What is held back. */
  get held(): Buffer {
    return Buffer.concat(this.#held)
  }

  /** Sends what was held back because its output is invalid, or to be checked; after an end without a failure. */
  deliver(): void {
    if (!this.#committed) this.#begin()
  }

  /** Ends the client's answer, after it was committed. `error`: why it broke off; never a silent end. */
  finish(error?: InBandError): void {
    const last = error ? undefined : this.#last
    if (last) this.#last = undefined
    else this.proceed()
    const reasons = error ? this.reading.fail(error) : NONE
    for (const bytes of reasons) this.#sink.write(bytes)
    if (error && reasons.length === 0) this.#sink.abort()
    else this.#sink.end(last)
  }

  /** The end did not come at once. */
  proceed(): void {
    const last = this.#last
    if (!last) return
    this.#last = undefined
    this.unlink()
    this.#sink.write(last)
  }

  close(): void {
    this.reading.close?.()
  }

  #hold(out: readonly Buffer[]): ReceivedFailure | undefined {
    // Mostly it is the first chunk that starts the answer.
    this.#held = this.#held.length === 0 && out.length === 1 ? [out[0]!] : [...this.#held, ...out]
    for (let place = 0; place < out.length; place++) this.#heldBytes += out[place]!.length
    const { started, errorText, malformed } = this.reading
    if (started && errorText === undefined && malformed === undefined) {
      this.startedMs ??= performance.now()
      if (!this.#isHeldBack()) this.#begin()
      return undefined
    }
    if (this.#heldBytes <= HELD_LIMIT) return undefined
    return { kind: 'provider_malformed', message: `${HELD_LIMIT} bytes came without any output` }
  }

  /** It is to be checked, or its output is invalid and somebody else may do better. */
  #isHeldBack(): boolean {
    const { holdsBack, isLastChance } = this.#owner
    if (holdsBack) return this.#heldBytes <= CHECKED_LIMIT
    return this.reading.invalidOutput !== undefined && this.#heldBytes <= HELD_LIMIT && !isLastChance
  }

  #begin(): void {
    this.#committed = true
    this.#owner.commit()
    // One write costs half of what one that gathers pieces does.
    this.#send(this.#held.length > 1 && this.#heldBytes <= MAX_JOINED_BYTES ? [this.held] : this.#held)
    this.#held = NONE
  }

  #verdict(): ReceivedFailure | undefined {
    const { errorText, malformed, routerFault } = this.reading
    if (errorText !== undefined) return { errorText }
    if (routerFault !== undefined) return { kind: 'router_error', message: routerFault }
    if (malformed !== undefined) return { kind: 'provider_malformed', message: malformed }
    return undefined
  }

  /** Behind the end marker comes the end, mostly at once: both are one write then, in place of two gathered ones. */
  #send(out: readonly Buffer[]): void {
    if (out.length === 0) return
    this.proceed()
    const last = out[0]
    if (!this.reading.ended || out.length !== 1 || last!.length > MAX_JOINED_BYTES) {
      this.#write(out)
      return
    }
    this.#last = last
    this.#owner.soon.add(this)
  }

  #write(out: readonly Buffer[]): void {
    let flowing = true
    // By index: an iterator gives an object for each piece.
    for (let place = 0; place < out.length; place++) {
      const bytes = out[place]!
      if (bytes.length > 0) flowing = this.#sink.write(bytes)
    }
    if (flowing || this.paused) return
    this.paused = true
    this.#flow.pause()
    this.#sink.onDrain(() => {
      this.paused = false
      this.#flow.resume()
    })
  }
}

/** `{`, `[` and `<`. */
const UNSTREAMED: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x3c])

/** The first byte that is not white space. */
function firstByte(bytes: Buffer): number | undefined {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! > 0x20) return bytes[at]
  return undefined
}

function notAStream(text: string): ReceivedFailure {
  return text.includes('"error"') || text.trimStart().startsWith('<')
    ? { errorText: text }
    : { kind: 'provider_malformed', message: 'it answered without streaming although a stream was asked for' }
}
