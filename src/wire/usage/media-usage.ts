import type { Writable } from '../../base/writable.ts'
import type { JsonObject, Usage } from '../../plugins/api.ts'
import { isObject } from '../untyped.ts'
import { reportedCost } from './reported-cost.ts'
import { count } from './usage.ts'

/** Characters of a size or quality that are kept: they are recorded. */
const MAX_WORD_LENGTH = 32

const NOTHING: JsonObject = Object.freeze({})
const part = (value: unknown): JsonObject => (isObject(value) ? value : NOTHING)

/** A word of a request or an answer that a price may depend on; undefined for what is none. */
export const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= MAX_WORD_LENGTH ? value : undefined

/** What is asked for, with what the answer says in place of it; undefined when neither says anything. */
export const joined = (asked: Usage, reported: Usage | undefined): Usage =>
  reported ? { ...asked, ...reported } : asked

/**
 * `usage` of images, speech and transcriptions: tokens with what of them is image, audio and text, or
 * `{ type: "duration", seconds }`, or both; OpenRouter's with `cost`. Undefined when nothing is known.
 */
export function mediaUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined
  const usage: Writable<Usage> = {}
  const input = part(value.input_tokens_details ?? value.input_token_details ?? value.prompt_tokens_details)
  const output = part(value.output_tokens_details ?? value.output_token_details ?? value.completion_tokens_details)
  put(usage, 'inputTokens', value.input_tokens ?? value.prompt_tokens)
  put(usage, 'outputTokens', value.output_tokens ?? value.completion_tokens)
  put(usage, 'cacheReadTokens', input.cached_tokens)
  put(usage, 'imageInputTokens', input.image_tokens)
  put(usage, 'audioInputTokens', input.audio_tokens)
  put(usage, 'imageOutputTokens', output.image_tokens)
  put(usage, 'audioOutputTokens', output.audio_tokens)
  put(usage, 'seconds', value.seconds)
  const cost = reportedCost(value)
  if (cost !== undefined) usage.costUsd = cost
  return Object.keys(usage).length === 0 ? undefined : usage
}

type Counted = Exclude<keyof Usage, 'imageSize' | 'quality' | 'serviceTier'>

function put(usage: Writable<Usage>, name: Counted, value: unknown): void {
  const counted = count(value)
  if (counted !== undefined) usage[name] = counted
}
