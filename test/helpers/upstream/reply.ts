import { type AnswerOptions, answerTo } from './answer.ts'
import type { Gate } from './gate.ts'
import { embeddingsOf, modelsFor } from './openai-other.ts'
import type { Behaviour, Exchange, Json, StreamEvent } from './types.ts'
import { formatOf, frame } from './wires.ts'

export interface ReplyOptions extends AnswerOptions {
  headers?: Record<string, string>
  /** Each output token but the first waits here. */
  gate?: Gate
  /** Writes one byte at a time. */
  bytewise?: boolean
}

/** Answers well, in the wire and the manner (streaming or not) that was asked for. `model` and `text` are defaults. */
export function reply(options: ReplyOptions = {}, defaultText?: string): Behaviour {
  return async (exchange) => {
    const { request, response } = exchange
    if (request.wire === undefined)
      return sendJson(exchange, 404, {
        error: { message: `Unknown path ${request.path}`, type: 'invalid_request_error' },
      })
    if (request.wire === 'openai-embeddings') return sendJson(exchange, 200, embeddingsOf(request))
    if (request.wire === 'models')
      return sendJson(exchange, 200, modelsFor(request, ['scripted-small', 'scripted-big']))
    const answer = answerTo(request, options, defaultText)
    const format = formatOf(request)
    if (!request.stream) return sendJson(exchange, 200, format.whole(answer, request), options.headers)
    startStream(exchange, options.headers)
    await sendEvents(exchange, format.events(answer, request), options)
    response.end()
  }
}

export function sendJson(
  { response }: Exchange,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  send(response, status, JSON.stringify(body), { 'content-type': 'application/json', ...headers })
}

export function send(
  response: Exchange['response'],
  status: number,
  body: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, {
    'x-request-id': 'req_scripted',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  })
  response.end(body)
}

export function startStream({ response }: Exchange, headers: Record<string, string> = {}): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': 'req_scripted',
    ...headers,
  })
  response.flushHeaders()
}

/** Writes events with backpressure; stops when the caller has gone. */
export async function sendEvents(
  exchange: Exchange,
  events: readonly StreamEvent[],
  { gate, bytewise }: ReplyOptions = {},
): Promise<void> {
  let tokens = 0
  for (const event of events) {
    if (event.token && tokens++ > 0) await gate?.wait()
    const text = frame(event)
    const parts = bytewise ? Array.from(Buffer.from(text), (byte) => Buffer.of(byte)) : [text]
    for (const part of parts) {
      if (exchange.response.destroyed) return
      await write(exchange, part)
      if (bytewise) await new Promise(setImmediate)
    }
  }
}

/** Writes one piece and waits until there is room again, or the caller has gone. */
export function write({ response, request }: Exchange, bytes: string | Uint8Array): Promise<unknown> {
  if (response.write(bytes)) return Promise.resolve()
  return Promise.race([new Promise((resolve) => response.once('drain', resolve)), request.ended])
}
