import type { Socket } from 'node:net'
import type WebSocket from 'ws'
import type { ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import type { Duplex, UpstreamSocket } from '../ports.ts'
import type { Controller, ResponseHandler } from './response-handler.ts'
import type { Line } from './transport.ts'

/** Bytes on their way to one side above which the other side is held back, and below which it goes on. */
export const HIGH_WATER = 1024 * 1024
export const LOW_WATER = 256 * 1024

/** Both sides are done, or the client is; what an application means by a code of its own is its business. */
const isOrderly = (code: number) => code === 1000 || code === 1001 || code === 1005 || code === 1008 || code >= 3000

/**
 * Reaches an upstream by a WebSocket: its messages are the pieces of an answer, and those of the client its request.
 */
export class SocketLine implements Line {
  readonly connectMs: number
  readonly #connect: (url: URL) => Promise<Socket>
  readonly #duplex: Duplex

  /** `connect`: a connection to the origin of a URL. */
  constructor(connectMs: number, connect: (url: URL) => Promise<Socket>, duplex: Duplex) {
    this.connectMs = connectMs
    this.#connect = connect
    this.#duplex = duplex
  }

  send(_adapter: ProviderAdapter, request: UpstreamRequest, handler: ResponseHandler): void {
    const call = new SocketCall(this.#duplex, handler)
    this.#connect(request.url).then(
      (connection) => call.open(connection, request).catch((error: unknown) => call.fail(error as Error)),
      (error: unknown) => handler.onResponseError(undefined, error as Error),
    )
  }
}

const ignore = () => {}

class SocketCall implements Controller, UpstreamSocket {
  readonly #duplex: Duplex
  readonly #handler: ResponseHandler
  #connection: Socket | undefined
  #socket: WebSocket | undefined
  #opened = false
  #over = false
  /** This side began to close. */
  #closing = false
  #onDrain: (() => void) | undefined

  constructor(duplex: Duplex, handler: ResponseHandler) {
    this.#duplex = duplex
    this.#handler = handler
  }

  /** Rejects when there is nothing to send, for a header that cannot be one. */
  async open(connection: Socket, { url, headers }: UpstreamRequest): Promise<void> {
    this.#connection = connection.on('error', ignore)
    this.#handler.onRequestStart(this)
    // Loaded when the first session begins.
    const { WebSocket: Client } = await import('ws')
    if (this.#over) return
    const target = new URL(url)
    target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new Client(target, {
      headers: { ...headers },
      createConnection: () => connection,
      perMessageDeflate: false,
      maxPayload: this.#duplex.maxMessageBytes,
      followRedirects: false,
    })
    this.#socket = socket
    let answerHeaders = {}
    socket
      .on('upgrade', ({ headers: { 'content-type': _type, 'content-encoding': _coding, ...rest } }) => {
        answerHeaders = rest
      })
      .on('open', () => {
        this.#opened = true
        this.#handler.onResponseStart(this, 200, answerHeaders)
        if (!this.#over) this.#duplex.connected(this)
      })
      .on('unexpected-response', (_request, answer) => {
        const { statusCode = 0 } = answer
        // It may say 200 and yet speak no WebSocket.
        if (statusCode < 300) this.fail(coded('NO_UPGRADE'))
        else this.#handler.onResponseStart(this, statusCode, answer.headers)
        answer.on('data', (chunk: Buffer) => this.#handler.onResponseData(this, chunk))
        answer.on('end', () => this.#end()).on('error', (error) => this.fail(error))
      })
      .on('message', (data, isBinary) => {
        const message = data as Buffer
        if (isBinary) this.#duplex.binary.add(message)
        this.#handler.onResponseData(this, message)
      })
      .on('close', (code, reason) => {
        if (!this.#opened) return
        this.#duplex.disconnected(this, code, reason.toString())
        if (this.#closing || isOrderly(code)) this.#end()
        else this.fail(coded(`WS_${code}`))
      })
      .on('error', (error) => this.fail(error))
  }

  fail(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#handler.onResponseError(this, error)
    this.#connection?.destroy()
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  abort(): void {
    this.#over = true
    if (this.#socket) this.#socket.terminate()
    this.#connection?.destroy()
  }

  send(message: Buffer, isBinary: boolean): boolean {
    const socket = this.#socket!
    socket.send(message, { binary: isBinary }, () => this.#sent())
    return socket.bufferedAmount <= HIGH_WATER
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener
  }

  close(code: number, reason: string): void {
    this.#closing = true
    closeSocket(this.#socket!, code, reason)
  }

  #sent(): void {
    const listener = this.#onDrain
    if (!listener || this.#socket!.bufferedAmount > LOW_WATER) return
    this.#onDrain = undefined
    listener()
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#handler.onResponseEnd(this)
  }
}

const coded = (code: string): Error => Object.assign(new Error(code), { code })

/** Codes that only stand for what was seen cannot be sent (RFC 6455, section 7.4.1). */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  const isSendable = (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || code >= 3000
  if (!isSendable) socket.close()
  else socket.close(code, cut(reason))
}

/** A reason has 123 bytes at most. */
function cut(reason: string): string {
  let text = reason
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1)
  return text
}
