import type { JsonObject } from 'commonroute/plugin'
import type { Reply } from './reply.ts'

/** What all parts of one answer carry. */
export interface Envelope {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
}

/** How a reply is written, whole and as a stream. */
export interface TextWire {
  whole(reply: Reply, envelope: Envelope): string
  /** Before the first token. */
  opening(reply: Reply, envelope: Envelope): string
  tokens(reply: Reply, envelope: Envelope, text: string): string
  /** @param withUsage whether the client asked for usage. */
  closing(reply: Reply, envelope: Envelope, withUsage: boolean): string
}

/** OpenAI's envelope. `object`: its name of this part. */
export const common = ({ id, created, model }: Envelope, object: string): JsonObject => ({
  id,
  object,
  created,
  model,
  system_fingerprint: 'simulated',
})

/** The end of a stream: the event that carries usage, where it was asked for, and the marker. */
export function ending(reply: Reply, envelope: Envelope, object: string, withUsage: boolean): string {
  const usage = withUsage ? sse({ ...common(envelope, object), choices: [], usage: usageOf(reply) }) : ''
  return `${usage}data: [DONE]\n\n`
}

export const sse = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`

export const usageOf = ({ promptTokens, tokens }: Reply): JsonObject => ({
  prompt_tokens: promptTokens,
  completion_tokens: tokens.length,
  total_tokens: promptTokens + tokens.length,
})
