/** The clients' dialects: how each asks, and how to read what it is given. */
import { type Answered, send } from './http.ts'
import type { Json } from './upstream/types.ts'

export interface Dialect {
  readonly path: string
  request(model: string, stream: boolean): Json
  /** The assistant's text, streamed or whole. */
  text(answer: Answered): string
  /** The finish reason in the dialect's own vocabulary. */
  finish(answer: Answered): string | undefined
  /** True when a streamed answer ends with the dialect's end marker. */
  complete(answer: Answered): boolean
  /** The error object of an error answer, or of the last event of a stream. */
  error(answer: Answered): Json | undefined
}

interface Choice {
  delta?: { content?: string | null }
  message?: { content?: string | null }
  finish_reason?: string | null
}

const choicesOf = (json: Json | undefined): Choice[] => (json?.choices ?? []) as Choice[]

const openaiAt = (path: string): Dialect => ({
  path,
  request: (model, stream) => ({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
  text: ({ json, events }) =>
    choicesOf(json)[0]?.message?.content ??
    events.flatMap((event) => choicesOf(event.json).map(({ delta }) => delta?.content ?? '')).join(''),
  finish: ({ json, events }) =>
    choicesOf(json)[0]?.finish_reason ??
    events.flatMap((event) => choicesOf(event.json).map((choice) => choice.finish_reason)).findLast(Boolean) ??
    undefined,
  complete: ({ events }) => events.at(-1)?.data === '[DONE]',
  error: ({ json, events }) =>
    (json?.error ?? events.findLast((event) => event.json?.error)?.json?.error) as Json | undefined,
})

interface MessageEvent extends Json {
  type?: string
  delta?: { text?: string; stop_reason?: string }
  content?: { text?: string }[]
}

export const dialects = {
  openai: openaiAt('/v1/chat/completions'),
  openrouter: openaiAt('/api/v1/chat/completions'),
  anthropic: {
    path: '/v1/messages',
    request: (model, stream) => ({ model, stream, max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }] }),
    text: ({ json, events }) =>
      (
        (json as MessageEvent | undefined)?.content ??
        events.map((event) => (event.json as MessageEvent | undefined)?.delta ?? {})
      )
        .map(({ text }) => text ?? '')
        .join(''),
    finish: ({ json, events }) =>
      (json?.stop_reason as string | undefined) ??
      events.map((event) => (event.json as MessageEvent | undefined)?.delta?.stop_reason).findLast(Boolean),
    complete: ({ events }) => events.at(-1)?.json?.type === 'message_stop',
    error: ({ json, events }) =>
      (json?.error ?? events.findLast((event) => event.json?.type === 'error')?.json?.error) as Json | undefined,
  },
} satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects

/** Asks for `model` in a dialect. */
export function ask(
  routerUrl: string,
  dialect: DialectName,
  model: string,
  stream: boolean,
  more: { headers?: Record<string, string>; body?: Json } = {},
): Promise<Answered> {
  const { path, request } = dialects[dialect]
  return send(`${routerUrl}${path}`, {
    body: { ...request(model, stream), ...more.body },
    ...(more.headers && { headers: more.headers }),
  })
}
