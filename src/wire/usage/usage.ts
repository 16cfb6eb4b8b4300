import type { JsonObject, Usage } from '../../plugins/api.ts'
import { reportedCost } from './reported-cost.ts'

/**
 * Token counts, normalised. `inputTokens` is always the whole input, cached or not; `cacheReadTokens` and
 * `cacheWriteTokens` are the parts of it that came from and went to the prompt cache. OpenAI counts so; Anthropic's
 * `input_tokens` leaves the cached parts out. `outputTokens` is all output: OpenAI counts reasoning in it, xAI and
 * Gemini's compatible surface beside it.
 */

/** Characters of a service tier that are kept: it is recorded. */
const MAX_TIER_LENGTH = 32

/** No answer has more. What is not believable would drown all that it is added to. */
const MAX_TOKENS = 1e9

/** A count of tokens; undefined for what can be none. */
export const count = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= MAX_TOKENS ? value : undefined

/** The first count above zero, else the first: proxies fill in one spelling, and give zeros in the others. */
function firstCount(one: unknown, other: unknown, third: unknown, last?: unknown): number | undefined {
  return (
    countAbove(one) ??
    countAbove(other) ??
    countAbove(third) ??
    countAbove(last) ??
    count(one) ??
    count(other) ??
    count(third) ??
    count(last)
  )
}

/** Above zero. */
const countAbove = (value: unknown): number | undefined => (value === 0 ? undefined : count(value))

const NOTHING: JsonObject = Object.freeze({})

const part = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : NOTHING

interface Counts {
  input: number | undefined
  output: number | undefined
  read: number | undefined
  write: number | undefined
  hourWrite?: number | undefined
  reasoning: number | undefined
  tier: unknown
  cost: number | undefined
  /** Details of the input and of the output, for what of them is sound and pictures. */
  given?: JsonObject
  made?: JsonObject
}

/** Of chats that are all text, services say so with zeros, or not at all. */
function addMedia(usage: { -readonly [K in keyof Usage]: Usage[K] }, given: JsonObject, made: JsonObject): void {
  const audioIn = count(given.audio_tokens)
  const imagesIn = count(given.image_tokens)
  const audioOut = count(made.audio_tokens)
  const imagesOut = count(made.image_tokens)
  if (audioIn) usage.audioInputTokens = audioIn
  if (imagesIn) usage.imageInputTokens = imagesIn
  if (audioOut) usage.audioOutputTokens = audioOut
  if (imagesOut) usage.imageOutputTokens = imagesOut
}

function usageOf({
  input,
  output,
  read,
  write,
  hourWrite,
  reasoning,
  tier,
  cost,
  given,
  made = NOTHING,
}: Counts): Usage | undefined {
  if (input === undefined && output === undefined) return undefined
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {}
  if (input !== undefined) usage.inputTokens = input
  if (output !== undefined) usage.outputTokens = output
  if (read !== undefined) usage.cacheReadTokens = read
  if (write !== undefined) usage.cacheWriteTokens = write
  if (hourWrite) usage.cacheWrite1hTokens = hourWrite
  if (reasoning !== undefined) usage.reasoningTokens = reasoning
  if (given) addMedia(usage, given, made)
  if (typeof tier === 'string' && tier !== '' && tier.length <= MAX_TIER_LENGTH) usage.serviceTier = tier
  if (cost !== undefined) usage.costUsd = cost
  return usage
}

/**
 * `usage` of chat completions, completions and embeddings, with the spellings of DeepSeek and Moonshot for cache reads,
 * and Claude's own names as proxies in front of it pass them on.
 * @param tier `service_tier` of the answer, which stands beside its usage.
 */
export function chatUsage(value: unknown, tier?: unknown): Usage | undefined {
  const usage = part(value)
  const prompt = part(usage.prompt_tokens_details)
  const read = firstCount(
    prompt.cached_tokens,
    usage.prompt_cache_hit_tokens,
    usage.cached_tokens,
    usage.cache_read_input_tokens,
  )
  const write = firstCount(prompt.cache_write_tokens, prompt.cache_creation_tokens, usage.cache_creation_input_tokens)
  const completion = part(usage.completion_tokens_details)
  const reasoning = count(completion.reasoning_tokens)
  const { input, output } = sides(
    count(usage.prompt_tokens),
    count(usage.completion_tokens),
    count(usage.total_tokens),
    (read ?? 0) + (write ?? 0),
    reasoning,
  )
  return usageOf({
    input,
    output,
    read,
    write,
    hourWrite: hourWrites(usage.cache_creation ?? prompt.cache_creation_token_details),
    reasoning,
    tier: tier ?? usage.service_tier,
    cost: reportedCost(usage),
    given: prompt,
    made: completion,
  })
}

/** `usage` of the Responses API; `tier` is `service_tier` of the response. */
export function responsesUsage(value: unknown, tier?: unknown): Usage | undefined {
  const usage = part(value)
  const details = part(usage.input_tokens_details)
  const read = count(details.cached_tokens)
  const write = count(details.cache_write_tokens)
  const made = part(usage.output_tokens_details)
  const reasoning = count(made.reasoning_tokens)
  const { input, output } = sides(
    count(usage.input_tokens),
    count(usage.output_tokens),
    count(usage.total_tokens),
    (read ?? 0) + (write ?? 0),
    reasoning,
  )
  return usageOf({
    input,
    output,
    read,
    write,
    reasoning,
    tier,
    cost: reportedCost(usage),
    given: details,
    made,
  })
}

/** `usage` of the Messages API. Its `speed: fast` is a tier of its own price. */
export function messagesUsage(value: unknown): Usage | undefined {
  const usage = part(value)
  const read = count(usage.cache_read_input_tokens)
  const write = count(usage.cache_creation_input_tokens)
  const input = count(usage.input_tokens)
  return usageOf({
    input: input === undefined ? undefined : input + (read ?? 0) + (write ?? 0),
    output: count(usage.output_tokens),
    read,
    write,
    hourWrite: hourWrites(usage.cache_creation),
    reasoning: count(part(usage.output_tokens_details).thinking_tokens),
    tier: usage.speed === 'fast' ? 'fast' : usage.service_tier,
    cost: reportedCost(usage),
  })
}

/** `cache_creation` of the Messages API, which tells writes apart by how long they are kept. */
const hourWrites = (creation: unknown): number | undefined => count(part(creation).ephemeral_1h_input_tokens)

/**
 * Input and output whole. A total above their sum says what was left out of them: the cached part of the input when it
 * is just as much, else reasoning, which some report beside `output` and others not at all. A total that is smaller is
 * none.
 */
function sides(
  input: number | undefined,
  output: number | undefined,
  total: number | undefined,
  cached: number,
  reasoning: number | undefined,
): { input: number | undefined; output: number | undefined } {
  if (input === undefined || output === undefined) return { input, output }
  const rest = (total ?? 0) - input - output
  if (cached > 0 && (rest === cached || cached > input)) return { input: input + cached, output }
  return { input, output: rest > 0 && rest >= (reasoning ?? 0) ? output + rest : output }
}
