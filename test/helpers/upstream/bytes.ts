/** Answers that are not chats: bytes, transcripts, events. */
import type { Gate } from './gate.ts'
import { write } from './reply.ts'
import type { Behaviour, Json } from './types.ts'

/** A body of any type, in pieces; each but the first waits at the gate. */
export const bytes =
  (contentType: string, pieces: readonly (Buffer | string)[], gate?: Gate): Behaviour =>
  async (exchange) => {
    const { response } = exchange
    response.writeHead(200, { 'content-type': contentType })
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await gate?.wait()
      await write(exchange, piece)
    }
    response.end()
  }

/** The same, and then the connection breaks. */
export const cutBytes =
  (contentType: string, pieces: readonly Buffer[]): Behaviour =>
  async (exchange) => {
    exchange.response.writeHead(200, { 'content-type': contentType }).flushHeaders()
    for (const piece of pieces) await write(exchange, piece)
    exchange.cut('fin')
  }

/** Events without names, as OpenAI's of audio are. */
export const dataEvents = (events: readonly Json[], gate?: Gate): Behaviour =>
  bytes(
    'text/event-stream',
    events.map((event) => `data: ${JSON.stringify(event)}\n\n`),
    gate,
  )
