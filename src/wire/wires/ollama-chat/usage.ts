import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { count } from '../../usage/usage.ts'

const NS_PER_MS = 1e6
/** Loading from a slow disk takes minutes; what is longer is no time. */
const MAX_LOAD_MS = 3_600_000

/**
 * What the last line says. `prompt_eval_count` may be missing, or count only what was not in the cache
 * (ollama#2068, ollama#3427).
 */
export function ollamaUsage(data: JsonObject): Usage | undefined {
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {}
  const input = count(data.prompt_eval_count)
  const output = count(data.eval_count)
  const loadMs = loadMsOf(data.load_duration)
  if (input !== undefined) usage.inputTokens = input
  if (output !== undefined) usage.outputTokens = output
  if (loadMs !== undefined) usage.loadMs = loadMs
  return input === undefined && output === undefined ? undefined : usage
}

function loadMsOf(ns: unknown): number | undefined {
  if (typeof ns !== 'number' || !(ns > 0)) return undefined
  const ms = ns / NS_PER_MS
  return ms <= MAX_LOAD_MS ? ms : undefined
}

/** The same as the hub says it. */
export function usageToHub(data: JsonObject): JsonObject {
  const { inputTokens = 0, outputTokens = 0 } = ollamaUsage(data) ?? {}
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  }
}
