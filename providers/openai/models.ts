import type { Price } from 'commonroute/plugin'
import type { ModelFacts } from '../shared/model-table.ts'

/*
 * Sources: prices from https://developers.openai.com/api/docs/pricing (standard tier, short context) as published until 2026-10-01;
 * context and output limits from https://developers.openai.com/api/docs/models as of 2026-08-21. GPT-6 and later cost more above 272,000
 * input tokens, which a flat price cannot say. Parameters: https://developers.openai.com/api/docs/guides/latest-model (reasoning models
 * take no sampling parameters).
 */

const COMMON = [
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'structured_outputs',
  'seed',
]
const SAMPLING = ['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'stop']
const REASONING = ['reasoning', 'reasoning_effort', 'include_reasoning', 'verbosity']

/** USD per million tokens: prompt, completion, cached prompt. */
const usd = (prompt: number, completion: number, cacheRead: number): Price => ({ prompt, completion, cacheRead })

const sampled = (price: Price, contextLength: number, maxOutputTokens: number): ModelFacts => ({
  price,
  contextLength,
  maxOutputTokens,
  inputModalities: ['text', 'image'],
  parameters: [...COMMON, ...SAMPLING],
})

const reasoning = (price: Price, contextLength: number, maxOutputTokens: number): ModelFacts => ({
  price,
  contextLength,
  maxOutputTokens,
  inputModalities: ['text', 'image'],
  parameters: [...COMMON, ...REASONING],
})

/** Limits not looked up: unknown is better than a guess. */
const priced = (price: Price): ModelFacts => ({ price, parameters: [...COMMON, ...REASONING] })

const embedding = (prompt: number): ModelFacts => ({
  price: { prompt, completion: 0 },
  contextLength: 8_192,
  inputModalities: ['text'],
  parameters: [],
})

export const MODELS: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    'gpt-6-astra': priced(usd(10, 50, 1)),
    'gpt-6.1-sol': priced(usd(2, 10, 0.1)),
    'gpt-6-sol': priced(usd(2, 10, 0.2)),
    'gpt-6-luna': priced(usd(0.1, 0.5, 0.01)),
    'gpt-5.6-terra': reasoning(usd(2, 12, 0.2), 1_050_000, 128_000),
    'gpt-5.6-luna': reasoning(usd(0.2, 1.2, 0.02), 1_050_000, 128_000),
    'gpt-5.5': reasoning(usd(5, 30, 0.5), 1_050_000, 128_000),
    'gpt-5.4': reasoning(usd(2.5, 15, 0.25), 1_050_000, 128_000),
    'gpt-5.4-mini': reasoning(usd(0.75, 4.5, 0.075), 400_000, 128_000),
    'gpt-5.4-nano': reasoning(usd(0.2, 1.25, 0.02), 400_000, 128_000),
    'gpt-5.2': reasoning(usd(1.75, 14, 0.175), 400_000, 128_000),
    'gpt-5.1': reasoning(usd(1.25, 10, 0.125), 400_000, 128_000),
    'gpt-5': reasoning(usd(1.25, 10, 0.125), 400_000, 128_000),
    'gpt-5-mini': reasoning(usd(0.25, 2, 0.025), 400_000, 128_000),
    'gpt-5-nano': reasoning(usd(0.05, 0.4, 0.005), 400_000, 128_000),
    o3: reasoning(usd(2, 8, 0.5), 200_000, 100_000),
    'o4-mini': reasoning(usd(1.1, 4.4, 0.275), 200_000, 100_000),
    'gpt-4.1': sampled(usd(2, 8, 0.5), 1_047_576, 32_768),
    'gpt-4.1-mini': sampled(usd(0.4, 1.6, 0.1), 1_047_576, 32_768),
    'gpt-4.1-nano': sampled(usd(0.1, 0.4, 0.025), 1_047_576, 32_768),
    'gpt-4o': sampled(usd(2.5, 10, 1.25), 128_000, 16_384),
    'gpt-4o-mini': sampled(usd(0.15, 0.6, 0.075), 128_000, 16_384),
    'text-embedding-3-small': embedding(0.02),
    'text-embedding-3-large': embedding(0.13),
    'text-embedding-ada-002': embedding(0.1),
  } satisfies Record<string, ModelFacts>),
)
