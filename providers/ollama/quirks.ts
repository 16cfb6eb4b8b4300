import type { Quirks, Wire } from 'commonroute/plugin'
import { COMPATIBLE } from '../shared/quirks.ts'

/**
 * Families that think: https://ollama.com/search?c=thinking, November 2026. Of the others, `think` is answered with
 * an error.
 */
const THINKS =
  /gpt-oss|deepseek-(?:r\d|v3\.[1-9]|v[4-9])|qwen3(?!-(?:coder|instruct|embedding))|qwq|magistral|glm-[45]|kimi-k2(?:-thinking|\.\d)|minimax-m|nemotron-3|gemini-3|gemma4|cogito|smallthinker|thinking|reasoning/i

const WITHOUT_THINKING: Quirks = { drop: ['think'] }

/** The compatible API knows only `max_tokens`: https://docs.ollama.com/api/openai-compatibility */
const CHAT: Quirks = { ...COMPATIBLE, rename: { max_completion_tokens: 'max_tokens' } }

export function quirksOf(wire: Wire, model: string): Quirks | undefined {
  if (wire === 'openai-chat') return CHAT
  return wire === 'ollama-chat' && !THINKS.test(model) ? WITHOUT_THINKING : undefined
}
