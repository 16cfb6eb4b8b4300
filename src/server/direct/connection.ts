import type { Socket } from 'node:net'
import { Link } from '../../base/link.ts'
import { SLOW_CLIENT_MS } from '../unread-answers.ts'
import { GatheredWrites } from './gathered-writes.ts'
import { HeldBytes } from './held-bytes.ts'
import { LastHead } from './last-head.ts'
import type { RequestHead } from './read-head.ts'

/** Bytes; a larger body is Node's. */
const MAX_BODY = 64 * 1024
/**
 * Bytes of further requests that may come while one is answered; who sends more is hung up on. To read no more would
 * hide that a client has gone.
 */
const MAX_HELD = 1024 * 1024

/** A request that has begun. */
export interface DirectRequest {
  /** All of its body has come. */
  body(bytes: Buffer): void
}

/** Whose connection it is. */
export interface ConnectionOwner {
  /** What answers say of their connection: lines of their heads. */
  readonly kept: string
  /** Begins a request, before its body has come; undefined leaves it to Node's server. */
  serve(connection: DirectConnection, head: RequestHead): DirectRequest | undefined
  /** It is Node's from now on. */
  leave(socket: Socket): void
  /** The rest of a request is to come. */
  await(connection: DirectConnection): void
  answering(connection: DirectConnection): void
  idle(connection: DirectConnection): void
}

/** Who writes an answer. */
interface Writer {
  /** The client has gone away. */
  gone(): void
  drained(): void
}

const CONNECTION = Symbol('connection')
type DirectSocket = Socket & { [CONNECTION]?: DirectConnection | undefined }

/**
 * A connection whose requests are served straight from its socket while they are ordinary and come one at a time. Bytes
 * are taken within the read, and not queued in the socket's stream. Up to the moment when a request has come whole,
 * nothing has been done that Node's server could not begin anew from its bytes.
 */
export class DirectConnection extends Link {
  /** When its state began, by the server's sweeps. */
  since = 0
  /** Whom the answer under way is written by. */
  writer: Writer | undefined
  readonly writes: GatheredWrites
  readonly #owner: ConnectionOwner
  readonly #socket: DirectSocket
  readonly #head = new LastHead()
  /** What has come of a request that is not whole, from its first byte on. */
  #pieces: Buffer[] | undefined
  #missing = 0
  #request: DirectRequest | undefined
  #isAnswering = false
  /** What came while an answer was under way. */
  #held: HeldBytes | undefined
  /** Its client has much to read before it is Node's. */
  #isLeaving = false

  constructor(owner: ConnectionOwner, socket: DirectSocket) {
    super()
    this.#owner = owner
    this.#socket = socket
    this.writes = new GatheredWrites(socket)
    socket[CONNECTION] = this
    socket.push = pushed
    socket.on('error', ignore).on('end', ended).on('close', closed).on('drain', drained).on('timeout', timedOut)
  }

  get socket(): Socket {
    return this.#socket
  }

  /** Its client has gone, or has said its last word. */
  get isClosed(): boolean {
    return !this.#socket.writable
  }

  /** The system has all that was written. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0
  }

  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** What an answer says of its connection. */
  get kept(): string {
    return this.#owner.kept
  }

  /** The answer has been written. */
  answered(): void {
    this.writer = undefined
    this.#request = undefined
    this.#isAnswering = false
    if (this.isClosed) return
    if (this.#held) {
      this.leave()
      return
    }
    this.#owner.idle(this)
    if (this.#socket.writableLength > 0) this.#socket.setTimeout(SLOW_CLIENT_MS)
  }

  destroy(): void {
    this.unlink()
    this.#socket.destroy()
  }

  /**
   * Node's server takes the connection, with all that was not answered; at once, unless its client has left much of the
   * last answer unread: for that Node has no limit.
   */
  leave(): void {
    if (this.needsDrain) this.#leaveLater()
    else this.#leaveNow()
  }

  #leaveLater(): void {
    this.#isLeaving = true
    this.#request = undefined
    if (this.#pieces) for (const piece of this.#pieces) this.#hold(piece)
    this.#pieces = undefined
    this.#owner.answering(this)
    this.#socket.setTimeout(SLOW_CLIENT_MS)
  }

  #leaveNow(): void {
    const socket = this.#socket
    const bytes = this.#pieces ? joined(this.#pieces) : this.#held?.bytes
    this.#detach()
    Reflect.deleteProperty(socket, 'push')
    socket.off('error', ignore).off('end', ended).off('close', closed).off('drain', drained).off('timeout', timedOut)
    if (socket.timeout) socket.setTimeout(0)
    this.#owner.leave(socket)
    if (bytes) socket.unshift(bytes)
  }

  /** False: nothing more is to be read. */
  push(chunk: Buffer | null): boolean {
    if (chunk === null) return this.#end()
    if (this.#isAnswering || this.#isLeaving) this.#hold(chunk)
    else if (this.#pieces) this.#more(this.#pieces, chunk)
    else this.#begin(chunk)
    return true
  }

  drained(): void {
    if (this.#isLeaving) this.#leaveNow()
    else this.writer?.drained()
  }

  /** The client has. It may not even read what was written before; that is not waited for without end. */
  hungUp(): void {
    const { writer } = this
    this.writer = undefined
    this.#isLeaving = false
    if (!this.isFlushed) this.#socket.setTimeout(SLOW_CLIENT_MS)
    writer?.gone()
  }

  closed(): void {
    const { writer } = this
    this.#detach()
    writer?.gone()
  }

  #begin(chunk: Buffer): void {
    const head = this.#head.read(chunk)
    const missing = head ? this.#head.length + head.bodyLength - chunk.length : -1
    // Not ordinary, too large, or another one comes behind it.
    const request = !head || missing < 0 || head.bodyLength > MAX_BODY ? undefined : this.#owner.serve(this, head)
    if (!request) {
      this.#pieces = [chunk]
      this.leave()
    } else if (missing === 0) this.#answer(request, chunk.subarray(this.#head.length))
    else {
      this.#request = request
      this.#pieces = [chunk]
      this.#missing = missing
      this.#owner.await(this)
    }
  }

  #more(pieces: Buffer[], chunk: Buffer): void {
    pieces.push(chunk)
    this.#missing -= chunk.length
    if (this.#missing < 0) this.leave()
    else if (this.#missing === 0) {
      const first = pieces[0]!.subarray(this.#head.length)
      // Most send the head by itself.
      const body = pieces.length === 2 && first.length === 0 ? chunk : Buffer.concat([first, ...pieces.slice(1)])
      this.#pieces = undefined
      this.#answer(this.#request!, body)
    }
  }

  #answer(request: DirectRequest, body: Buffer): void {
    this.#isAnswering = true
    // That was for the last answer.
    if (this.#socket.timeout) this.#socket.setTimeout(0)
    this.#owner.answering(this)
    request.body(body)
  }

  #hold(chunk: Buffer): void {
    this.#held ??= new HeldBytes()
    this.#held.add(chunk)
    if (this.#held.bytes.length > MAX_HELD) this.destroy()
  }

  /** Nothing more comes. What has not come whole is for Node to refuse. */
  #end(): boolean {
    if (this.#pieces && !this.needsDrain) this.#leaveNow()
    else Reflect.deleteProperty(this.#socket, 'push')
    return this.#socket.push(null)
  }

  #detach(): void {
    this.unlink()
    this.#socket[CONNECTION] = undefined
    this.writer = undefined
    this.#request = undefined
    this.#pieces = undefined
    this.#held = undefined
  }
}

const joined = (pieces: Buffer[]) => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces))

// The same functions for all sockets, so that they can be taken away again.

const ignore = () => {}

function pushed(this: DirectSocket, chunk: Buffer | null): boolean {
  return this[CONNECTION]!.push(chunk)
}

/** As Node's server does it: nothing is said any more to who has hung up. */
function ended(this: DirectSocket): void {
  this.end()
  this[CONNECTION]?.hungUp()
}

function closed(this: DirectSocket): void {
  this[CONNECTION]?.closed()
}

function drained(this: DirectSocket): void {
  this[CONNECTION]?.drained()
}

/** It was set for an answer that waited for its client. */
function timedOut(this: DirectSocket): void {
  if (this.writableLength > 0) this.destroy()
  else this.setTimeout(0)
}
