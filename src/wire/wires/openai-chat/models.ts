/**
 * What OpenAI's model families refuse, told by name: their API answers 400 to parameters that a model does not take.
 */
import { stringOf } from '../../untyped.ts'

const familyOf = (model: unknown): string => stringOf(model).toLowerCase().split('/').at(-1) ?? ''

/** o-series and gpt-5 on: `max_completion_tokens` in place of `max_tokens`, and no sampling parameters. */
export const isOpenAiReasoner = (model: unknown): boolean =>
  /^(o\d|codex-|gpt-([5-9]|\d\d)(?!.*-chat))/.test(familyOf(model))

/** Models documented to take `reasoning_effort`; elsewhere it is a hint that could cost the whole request. */
export const takesReasoningEffort = (model: unknown): boolean =>
  isOpenAiReasoner(model) || /^(gpt-oss|gemini-(2\.5|[3-9]))/.test(familyOf(model))

/** Models of any maker that reason, or may: asking others to is answered with an error by some hosts. */
export const mayReason = (model: unknown): boolean =>
  takesReasoningEffort(model) ||
  /deepseek-(r\d|reasoner|chat|v3[.-][1-9]|v[4-9])|qwen(3|-plus|-turbo|-max|-flash)|qwq|glm-(4[.-][5-9]|z1|[5-9])|kimi-(k2|thinking|latest|k[3-9])|minimax-m|magistral|grok-(3-mini|[4-9])|nemotron|hunyuan|hy\d|step-?3|mimo|ernie|claude|reason|think/.test(
    familyOf(model),
  )

/** OpenAI's own models, by whomever they are served. */
export const isOpenAi = (model: unknown): boolean => /^(o\d|gpt-\d|chatgpt|codex)/.test(familyOf(model))
