import type { ReasoningKnob } from 'commonroute/plugin'

const LEVELS: ReasoningKnob = { form: 'reasoning_effort' }
const OBJECT: ReasoningKnob = { form: 'reasoning' }
const THINKING: ReasoningKnob = { form: 'thinking' }
const ENABLE: ReasoningKnob = { form: 'enable_thinking' }
const TEMPLATE: ReasoningKnob = { form: 'chat_template_kwargs' }

/**
 * How services are asked to reason, by preset. Source: the reasoning options in the table of providers of models.dev,
 * read in June 2026; https://api-docs.deepseek.com/guides/thinking_mode for DeepSeek's levels.
 */
export const REASONING: Readonly<Record<string, ReasoningKnob>> = {
  groq: LEVELS,
  cerebras: LEVELS,
  nebius: LEVELS,
  scaleway: LEVELS,
  huggingface: LEVELS,
  upstage: LEVELS,
  inception: LEVELS,
  sarvam: LEVELS,
  xai: LEVELS,
  perplexity: LEVELS,
  gemini: LEVELS,
  ollama: LEVELS,
  openrouter: OBJECT,
  vercel: OBJECT,
  'io-net': OBJECT,
  'nano-gpt': OBJECT,
  together: { form: 'reasoning.enabled' },
  moonshot: THINKING,
  zai: THINKING,
  xiaomi: THINKING,
  tencent: { form: 'thinking', efforts: { minimal: 'low', xhigh: 'high', max: 'high' } },
  deepseek: { form: 'thinking', efforts: { minimal: 'high', low: 'high', medium: 'high', xhigh: 'max' } },
  fireworks: { form: 'thinking', budget: true },
  dashscope: ENABLE,
  siliconflow: ENABLE,
  'siliconflow-cn': ENABLE,
  novita: ENABLE,
  friendli: TEMPLATE,
  wandb: TEMPLATE,
  nearai: TEMPLATE,
  vllm: TEMPLATE,
  sglang: TEMPLATE,
  baseten: { form: 'chat_template_args' },
}
