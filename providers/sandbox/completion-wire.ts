import type { JsonObject } from 'commonroute/plugin'
import type { Reply } from './reply.ts'
import { SandboxError } from './sandbox-error.ts'
import { common, type Envelope, ending, sse, type TextWire, usageOf } from './text-wire.ts'

const OBJECT = 'text_completion'

/** `openai-completions`: one choice, whatever is asked for. */
export const COMPLETION: TextWire = {
  whole: (reply, envelope) =>
    JSON.stringify({
      ...common(envelope, OBJECT),
      choices: [choice(reply.tokens.join(''), reply.finishReason)],
      usage: usageOf(reply),
    }),
  opening: () => '',
  tokens: (_, envelope, text) => event(envelope, text),
  closing: (reply, envelope, withUsage) =>
    event(envelope, '', reply.finishReason) + ending(reply, envelope, OBJECT, withUsage),
}

/** The chat that a prompt stands for. */
export function chatOf({ prompt, ...rest }: JsonObject): JsonObject {
  const content = Array.isArray(prompt) ? (typeof prompt[0] === 'string' ? prompt[0] : JSON.stringify(prompt)) : prompt
  if (typeof content !== 'string')
    throw new SandboxError(400, 'invalid_request_error', 'prompt must be a text, a list of texts, or tokens.')
  return { ...rest, messages: [{ role: 'user', content }] }
}

const choice = (text: string, finishReason: Reply['finishReason'] | null): JsonObject => ({
  text,
  index: 0,
  logprobs: null,
  finish_reason: finishReason,
})

const event = (envelope: Envelope, text: string, finishReason: Reply['finishReason'] | null = null): string =>
  sse({ ...common(envelope, OBJECT), choices: [choice(text, finishReason)] })
