import type { JsonObject } from 'commonroute/plugin'
import type { Reply } from './reply.ts'
import { common, type Envelope, ending, sse, type TextWire, usageOf } from './text-wire.ts'

const CHUNK = 'chat.completion.chunk'

/** `openai-chat`. */
export const CHAT: TextWire = {
  whole(reply, envelope) {
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
  },

  opening: (reply, envelope) =>
    event(envelope, {
      role: 'assistant',
      content: reply.tool ? null : '',
      ...(reply.tool && {
        tool_calls: [
          { index: 0, id: reply.tool.id, type: 'function', function: { name: reply.tool.name, arguments: '' } },
        ],
      }),
    }),

  tokens: (reply, envelope, text) =>
    event(envelope, reply.tool ? { tool_calls: [{ index: 0, function: { arguments: text } }] } : { content: text }),

  closing: (reply, envelope, withUsage) =>
    event(envelope, {}, reply.finishReason) + ending(reply, envelope, CHUNK, withUsage),
}

const event = (envelope: Envelope, delta: JsonObject, finishReason: Reply['finishReason'] | null = null): string =>
  sse({
    ...common(envelope, CHUNK),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  })
