import type { JsonObject } from 'commonroute/plugin'
import type { Reply } from './reply.ts'

/** What all parts of one answer carry. */
export interface Envelope {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
}

/** A reply as a whole `openai-chat` answer. */
export function wholeAnswer(reply: Reply, envelope: Envelope): string {
  const text = reply.tokens.join('')
  const message = reply.tool
    ? {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: reply.tool.id, type: 'function', function: { name: reply.tool.name, arguments: text } }],
      }
    : { role: 'assistant', content: text, refusal: null }
  return JSON.stringify({
    ...common(envelope, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finishReason }],
    usage: usageOf(reply),
  })
}

/** Before the first token. */
export const openingEvent = (reply: Reply, envelope: Envelope): string =>
  event(envelope, {
    role: 'assistant',
    content: reply.tool ? null : '',
    ...(reply.tool && {
      tool_calls: [
        { index: 0, id: reply.tool.id, type: 'function', function: { name: reply.tool.name, arguments: '' } },
      ],
    }),
  })

export const tokensEvent = (reply: Reply, envelope: Envelope, text: string): string =>
  event(envelope, reply.tool ? { tool_calls: [{ index: 0, function: { arguments: text } }] } : { content: text })

/** @param withUsage whether the client asked for usage. */
export function closingEvents(reply: Reply, envelope: Envelope, withUsage: boolean): string {
  const usage = withUsage
    ? sse({ ...common(envelope, 'chat.completion.chunk'), choices: [], usage: usageOf(reply) })
    : ''
  return `${event(envelope, {}, reply.finishReason)}${usage}data: [DONE]\n\n`
}

const common = ({ id, created, model }: Envelope, object: string): JsonObject => ({
  id,
  object,
  created,
  model,
  system_fingerprint: 'simulated',
})

const event = (envelope: Envelope, delta: JsonObject, finishReason: string | null = null): string =>
  sse({
    ...common(envelope, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  })

const sse = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`

const usageOf = ({ promptTokens, tokens }: Reply): JsonObject => ({
  prompt_tokens: promptTokens,
  completion_tokens: tokens.length,
  total_tokens: promptTokens + tokens.length,
})
