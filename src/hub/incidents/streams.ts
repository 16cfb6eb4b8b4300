import type { ServerResponse } from 'node:http'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'

/** Comments that keep proxies from closing a silent stream. */
const HEARTBEAT_MS = 25_000
const HEARTBEAT = ': keep-alive\n\n'
/** Bytes that may wait for a slow reader: a list of incidents at its largest, in base64url, and one more. */
const MAX_BACKLOG_BYTES = 786_432
const RETRY_AFTER_S = 60

interface Reader {
  /** A hash that stands for it. */
  readonly address: string
  /** Who signed the request; empty for whoever reads without. */
  readonly member: string
}

interface Stream extends Reader {
  /** Bytes that had been taken at the last heartbeat. */
  taken: number
}

/** Open event streams: bounded in number, in all and per address; readers that do not read are dropped. */
export class EventStreams {
  readonly #limit: number
  readonly #maxPerAddress: number
  readonly #streams = new Map<ServerResponse, Stream>()
  #timer: NodeJS.Timeout | undefined

  constructor(max: number, maxPerAddress: number) {
    this.#limit = max
    this.#maxPerAddress = maxPerAddress
  }

  get size(): number {
    return this.#streams.size
  }

  /** @throws ProtocolProblem unavailable, rate_limited: before anything is written */
  open(response: ServerResponse, reader: Reader, headers: Readonly<Record<string, string>>, frame: string): void {
    if (this.size >= this.#limit) {
      throw new ProtocolProblem('unavailable', 'Too many streams are open: poll /v1/incidents.', {
        retryAfterS: RETRY_AFTER_S,
      })
    }
    if ([...this.#streams.values()].filter(({ address }) => address === reader.address).length >= this.#maxPerAddress) {
      throw new ProtocolProblem('rate_limited', 'Too many streams are open from this address: poll /v1/incidents.', {
        retryAfterS: RETRY_AFTER_S,
      })
    }
    this.#streams.set(response, { ...reader, taken: -1 })
    response.once('close', () => this.#streams.delete(response))
    // An error on a reader's socket is its close; there is nobody to tell.
    response.on('error', () => {})
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    response.write(frame)
    this.#timer ??= setInterval(() => this.heartbeat(), HEARTBEAT_MS).unref()
  }

  /** To all. */
  push(frame: string): void {
    for (const response of this.#streams.keys()) {
      if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy()
      else response.write(frame)
    }
  }

  /** Drops who took nothing since the last one. */
  heartbeat(): void {
    for (const [response, stream] of this.#streams) {
      const waiting = response.writableLength
      const taken = (response.socket?.bytesWritten ?? 0) - waiting
      if (waiting > 0 && taken === stream.taken) {
        response.destroy()
        continue
      }
      stream.taken = taken
      response.write(HEARTBEAT)
    }
  }

  /** Ends those of no member. */
  endReaders(): void {
    for (const [response, { member }] of this.#streams) if (member === '') response.end()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    for (const response of this.#streams.keys()) response.end()
  }
}

/** One server-sent event. `data` without line ends. */
export const eventFrame = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`
