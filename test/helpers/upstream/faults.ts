/** Everything that an upstream may do wrong, as behaviours. Each works streaming and not, in every wire. */
import { setTimeout as delay } from 'node:timers/promises'
import { type AnswerOptions, answerTo } from './answer.ts'
import { billingError, errorBody } from './errors.ts'
import { send, sendEvents, sendJson, startStream, write } from './reply.ts'
import type { Behaviour, Exchange, StreamEvent } from './types.ts'
import { formatOf, frame } from './wires.ts'

/** An error status with the body that its company would send. */
export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (exchange) =>
    sendJson(exchange, code, errorBody(exchange.request, code), headers)

/** 429; `retryAfter` in seconds goes into the header. */
export const rateLimited = (retryAfter?: number): Behaviour =>
  status(429, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })

export const billingAs400: Behaviour = (exchange) => sendJson(exchange, 400, billingError(exchange.request))

/** A proxy's error page. */
export const htmlError =
  (code: number): Behaviour =>
  ({ response }) =>
    send(
      response,
      code,
      `<html><head><title>${code}</title></head><body><h1>${code} Bad Gateway</h1><hr>nginx</body></html>`,
      {
        'content-type': 'text/html',
      },
    )

/** An error body under 200, `code` inside it. */
export const errorUnder200 =
  (code: number): Behaviour =>
  (exchange) =>
    sendJson(exchange, 200, { error: { message: 'Provider returned error', code } })

export const reset: Behaviour = (exchange) => exchange.cut('reset')

export const hangBeforeHead: Behaviour = () => {}

export const hangAfterHead: Behaviour = (exchange) => {
  if (exchange.request.stream) startStream(exchange)
  else exchange.response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
}

/**
 * Breaks off after `tokens` output tokens (0: after the head and the role). Not streaming: in the middle of the body,
 * or before it for 0.
 */
export const cutAfter =
  (tokens: number, how: 'fin' | 'reset' = 'fin'): Behaviour =>
  async (exchange) => {
    await sendPart(exchange, tokens)
    if (exchange.request.stream) exchange.response.socket?.write('40\r\ndata: {"id":"chatc')
    exchange.cut(how)
  }

/** Ends the body properly after `tokens` output tokens, with neither finish reason nor end marker. */
export const endAfter =
  (tokens: number): Behaviour =>
  async (exchange) => {
    await sendPart(exchange, tokens)
    exchange.response.end()
  }

/** Falls silent after `tokens` output tokens. */
export const hangAfter =
  (tokens: number): Behaviour =>
  (exchange) =>
    sendPart(exchange, tokens)

/**
 * An error event inside the stream after `tokens` output tokens, then a proper end; not streaming: an error body under
 * 200.
 */
export const errorEventAfter =
  (tokens: number, code = 529): Behaviour =>
  async (exchange) => {
    const { request, response } = exchange
    const body = errorBody(request, code)
    if (!request.stream) return sendJson(exchange, 200, body)
    startStream(exchange)
    await sendEvents(exchange, upTo(exchange, tokens))
    response.end(
      frame({
        ...(request.wire === 'anthropic-messages' && { event: 'error' }),
        data: JSON.stringify(body),
        token: false,
      }),
    )
  }

/** A well-formed answer that says nothing. */
export const empty: Behaviour = (exchange) => answered(exchange, { text: '', toolCalls: [], usage: { output: 0 } })

/** An answer whose tool call's arguments are not JSON. */
export const brokenToolCall: Behaviour = (exchange) =>
  answered(exchange, { text: '', toolCalls: [{ name: 'get_weather', arguments: '{"city": Par' }] })

/** JSON that is none, after `tokens` output tokens. */
export const malformedAfter =
  (tokens: number): Behaviour =>
  async (exchange) => {
    const { request, response } = exchange
    if (!request.stream)
      return send(response, 200, '{"id":"chatcmpl_1","choices":[{"index":0,', { 'content-type': 'application/json' })
    startStream(exchange)
    await sendEvents(exchange, upTo(exchange, tokens))
    response.end('data: {"id":"chatcmpl_1","choices":[{"index":0,\n\ndata: [DONE]\n\n')
  }

/** One line of `bytes` bytes with no end of event; not streaming: a body of that size which is no JSON. */
export const hugeLine =
  (bytes: number, tokens = 0): Behaviour =>
  async (exchange) => {
    const { request, response } = exchange
    if (request.stream) startStream(exchange)
    else response.writeHead(200, { 'content-type': 'application/json' })
    if (request.stream) await sendEvents(exchange, upTo(exchange, tokens))
    await write(exchange, 'data: {"junk":"')
    const piece = Buffer.alloc(65_536, 'x')
    for (let sent = 0; sent < bytes && !response.destroyed; sent += piece.length) await write(exchange, piece)
    if (!response.destroyed) response.end('\n\n')
  }

/** Signs of life every `intervalMs` for ever (comments, or white space when not streaming), and never a token. */
export const trickle =
  (intervalMs = 20): Behaviour =>
  async (exchange) => {
    const { request, response } = exchange
    hangAfterHead(exchange)
    while (!response.destroyed) {
      response.write(request.stream ? ': keep-alive\n\n' : ' ')
      await delay(intervalMs)
    }
  }

/** White space as keep-alive before a good answer, `count` times; comments when streaming. */
export const whitespaceFirst =
  (count: number): Behaviour =>
  async (exchange) => {
    const { request, response } = exchange
    hangAfterHead(exchange)
    for (let sent = 0; sent < count; sent++) {
      await write(exchange, request.stream ? ': keep-alive\n\n' : '\n ')
      await new Promise(setImmediate)
    }
    const answer = answerTo(request)
    const format = formatOf(request)
    if (request.stream) await sendEvents(exchange, format.events(answer, request))
    response.end(request.stream ? undefined : JSON.stringify(format.whole(answer, request)))
  }

async function answered(exchange: Exchange, options: AnswerOptions): Promise<void> {
  const { request, response } = exchange
  const answer = answerTo(request, options)
  const format = formatOf(request)
  if (!request.stream) return sendJson(exchange, 200, format.whole(answer, request))
  startStream(exchange)
  await sendEvents(exchange, format.events(answer, request))
  response.end()
}

/** The events before token number `tokens + 1`. */
function upTo({ request }: Exchange, tokens: number): StreamEvent[] {
  const events = formatOf(request).events(answerTo(request, { chunks: Math.max(4, tokens + 1) }), request)
  let seen = 0
  const end = events.findIndex(({ token }) => token && seen++ === tokens)
  return events.slice(0, end)
}

/** The head and a good answer up to `tokens` tokens; not streaming: half the body, or nothing of it for 0. */
async function sendPart(exchange: Exchange, tokens: number): Promise<void> {
  const { request } = exchange
  hangAfterHead(exchange)
  if (request.stream) return sendEvents(exchange, upTo(exchange, tokens))
  const body = JSON.stringify(formatOf(request).whole(answerTo(request), request))
  if (tokens > 0) await write(exchange, body.slice(0, body.length / 2))
}
