import type { JsonObject } from 'commonroute/plugin'
import { isObject } from '../shared/is-object.ts'
import { logNormal, type Random } from './random.ts'
import { SandboxError } from './sandbox-error.ts'
import { instanceOf } from './schema-instance.ts'

/** What the simulated model says to one request. */
export interface Reply {
  readonly tool?: { readonly id: string; readonly name: string }
  /** The text, or the tool's arguments, cut into tokens. */
  readonly tokens: readonly string[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
}

/** Output tokens of a plain answer (invented). */
const MEDIAN_TOKENS = 60
const TOKENS_SIGMA = 0.5
const MAX_TOKENS = 1_000

const SENTENCES = [
  'The words after the first sentence mean nothing.',
  'They come one by one, as those of a real endpoint do.',
  'Send the same request again and another endpoint may answer.',
  'The router measures when the first token came and how fast the others followed.',
  'Look at router stats to see what it has learned.',
  'Look at router explain to see why this endpoint was chosen.',
  'An endpoint that fails is left alone for a while.',
  'Add a provider with a key to the configuration to get real answers.',
]

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Everything is decided by the request and the random numbers; nothing in a message steers faults or times. */
export function replyTo(body: JsonObject, model: string, random: Random): Reply {
  const messages = list(body.messages).filter(isObject)
  if (messages.length === 0)
    throw new SandboxError(400, 'invalid_request_error', 'messages must be a list with at least one message.')
  const promptTokens = Math.ceil(JSON.stringify([body.messages, body.tools]).length / 4)
  const tool = toolFor(body, messages)
  if (tool) {
    const tokens = tokensOf(JSON.stringify(instanceOf(tool.parameters ?? { type: 'object' })))
    return {
      tool: { id: `call_${idFrom(random)}`, name: String(tool.name) },
      tokens,
      finishReason: 'tool_calls',
      promptTokens,
    }
  }
  const tokens = structured(body.response_format) ?? tokensOf(prose(messages, model, random))
  const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY)
  return tokens.length > limit
    ? { tokens: tokens.slice(0, Math.max(limit, 1)), finishReason: 'length', promptTokens }
    : { tokens, finishReason: 'stop', promptTokens }
}

/** Letters and digits, as ids have them. */
export const idFrom = (random: Random): string =>
  Array.from({ length: 4 }, () =>
    Math.floor(random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0'),
  ).join('')

/** About four characters each, as real tokens are; joined they are the text. */
const tokensOf = (text: string): string[] => text.match(/\s?\S{1,5}|\s+/gu) ?? [text]

/** The function to call: the one that is demanded, or one that the last message of the user names. */
function toolFor(body: JsonObject, messages: readonly JsonObject[]): JsonObject | undefined {
  const functions = list(body.tools)
    .map((tool) => (isObject(tool) ? tool.function : undefined))
    .filter(isObject)
  const choice = body.tool_choice
  if (functions.length === 0 || choice === 'none') return undefined
  if (isObject(choice) && isObject(choice.function)) {
    const { name } = choice.function
    return functions.find((candidate) => candidate.name === name)
  }
  const last = messages.at(-1)
  const text = last?.role === 'user' ? textOf(last).toLowerCase() : ''
  const named = functions.find((candidate) => wordsOf(candidate.name).some((word) => text.includes(word)))
  return named ?? (choice === 'required' ? functions[0] : undefined)
}

/** `get_weather` and `getWeather` are meant by a message with "weather". */
const wordsOf = (name: unknown): string[] =>
  String(name)
    .split(/[^a-zA-Z]+|(?<=[a-z])(?=[A-Z])/)
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 4)

function structured(format: unknown): string[] | undefined {
  if (!isObject(format)) return undefined
  if (format.type === 'json_schema' && isObject(format.json_schema))
    return tokensOf(JSON.stringify(instanceOf(format.json_schema.schema)))
  if (format.type === 'json_object') return tokensOf(JSON.stringify({ simulated: true, answer: 'No model was run.' }))
  return undefined
}

function prose(messages: readonly JsonObject[], model: string, random: Random): string {
  const wanted = Math.min(logNormal(random, MEDIAN_TOKENS, TOKENS_SIGMA), MAX_TOKENS) * 4
  const images = messages
    .flatMap((message) => list(message.content))
    .filter((part) => isObject(part) && part.type === 'image_url').length
  let text = `This is a simulated answer by sandbox/${model}: no model was run.`
  if (messages.at(-1)?.role === 'tool') text += ' The result of the tool was received.'
  if (images > 0) text += ` It did not look at the ${images === 1 ? 'image' : `${images} images`}.`
  // Each once before any comes again.
  for (let at = Math.floor(random() * SENTENCES.length); text.length < wanted; at++)
    text += ` ${SENTENCES[at % SENTENCES.length]}`
  return text
}

function textOf(message: JsonObject): string {
  if (typeof message.content === 'string') return message.content
  return list(message.content)
    .map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join(' ')
}
