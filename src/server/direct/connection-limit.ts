import type { Socket } from 'node:net'
import { answerBare } from '../bare-answer.ts'

/** So long a connection that is one too many may take to send something and to read its answer. */
const LINGER_MS = 2000
/** Refused ones that get an answer, at the same time; others are closed at once. */
const MAX_LINGERING = 128

const TOO_MANY = {
  status: '503 Service Unavailable',
  type: 'server_error',
  message: 'Too many connections are open (server.max_connections). Try again in a moment.',
  headers: 'Retry-After: 1\r\n',
} as const

/** How many connections there may be, and who is told what became of them. */
export interface ConnectionBound {
  readonly max: number
  /** One too many was refused. */
  refused(): void
  /** An idle one was closed for a new one. */
  replaced(): void
}

/** Counts connections, and answers 503 to those that are too many. */
export class ConnectionLimit {
  readonly #bound: ConnectionBound
  readonly #open = new Set<Socket>()
  #lingering = 0

  constructor(bound: ConnectionBound) {
    this.#bound = bound
  }

  get isReached(): boolean {
    return this.#open.size >= this.#bound.max
  }

  add(socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
  }

  /** An idle one has been destroyed for a new one: it counts no more, before it has closed. */
  replaced(socket: Socket): void {
    if (this.#open.delete(socket)) this.#bound.replaced()
  }

  /** The same for all that are destroyed. Whether there were any. */
  replaceDestroyed(): boolean {
    const before = this.#open.size
    for (const socket of this.#open) if (socket.destroyed) this.replaced(socket)
    return this.#open.size < before
  }

  /** Once it has asked for something: clients take no answer before. */
  refuse(socket: Socket): void {
    this.#bound.refused()
    if (this.#lingering >= MAX_LINGERING) {
      socket.destroy()
      return
    }
    this.#lingering += 1
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref()
    socket
      .on('error', () => {})
      .once('data', () => answerBare(socket, TOO_MANY))
      .once('end', () => socket.end())
      .once('close', () => {
        clearTimeout(timer)
        this.#lingering -= 1
      })
      .resume()
  }
}
