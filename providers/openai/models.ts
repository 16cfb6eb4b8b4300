import type { Price, PriceTier } from 'commonroute/plugin'
import type { ModelFacts } from '../shared/model-table.ts'
import { MEDIA_MODELS } from './media-models.ts'

/*
 * Sources: prices from https://developers.openai.com/api/docs/pricing as published until 2026-10-01, those of the
 * priority tier also from https://openai.com/api-priority-processing/; context and output limits from
 * https://developers.openai.com/api/docs/models as of 2026-08-21. Parameters:
 * https://developers.openai.com/api/docs/guides/latest-model (reasoning models take no sampling parameters).
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
const SAMPLING = [
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'stop',
]
const REASONING = ['reasoning', 'reasoning_effort', 'include_reasoning', 'verbosity']

const batch: PriceTier = { serviceTier: 'batch', factor: 0.5 }
const flex: PriceTier = { serviceTier: 'flex', factor: 0.5 }
const priority = (factor: number): PriceTier => ({ serviceTier: 'priority', factor })

/** USD per million tokens: prompt, completion, cached prompt. Half of it in a batch. */
const usd = (prompt: number, completion: number, cacheRead: number, ...tiers: readonly PriceTier[]): Price => ({
  prompt,
  completion,
  cacheRead,
  tiers: [...tiers, batch],
})

/** Above 272,000 tokens of input everything costs twice as much, and output one and a half times. */
const usdLong = (prompt: number, completion: number, cacheRead: number, ...tiers: readonly PriceTier[]): Price =>
  usd(
    prompt,
    completion,
    cacheRead,
    { aboveInputTokens: 272_000, prompt: 2 * prompt, completion: 1.5 * completion, cacheRead: 2 * cacheRead },
    ...tiers,
  )

/** From GPT-5.6 on writing to the prompt cache costs a quarter more than other input. */
const usdWrites = (prompt: number, completion: number, cacheRead: number): Price => {
  const { tiers = [], ...rates } = usdLong(prompt, completion, cacheRead, flex, priority(2))
  const [long, ...others] = tiers
  return { ...rates, cacheWrite: 1.25 * prompt, tiers: [{ ...long, cacheWrite: 2.5 * prompt }, ...others] }
}

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
  outputModalities: ['embeddings'],
  parameters: [],
})

export const MODELS: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    'gpt-6-astra': priced(usdWrites(10, 50, 1)),
    'gpt-6.1-sol': priced(usdWrites(2, 10, 0.1)),
    'gpt-6-sol': priced(usdWrites(2, 10, 0.2)),
    'gpt-6-luna': priced(usdWrites(0.1, 0.5, 0.01)),
    'gpt-5.6-terra': reasoning(usdWrites(2, 12, 0.2), 1_050_000, 128_000),
    'gpt-5.6-luna': reasoning(usdWrites(0.2, 1.2, 0.02), 1_050_000, 128_000),
    'gpt-5.5': reasoning(usdLong(5, 30, 0.5, flex, priority(2.5)), 1_050_000, 128_000),
    'gpt-5.4': reasoning(usdLong(2.5, 15, 0.25, flex, priority(2)), 1_050_000, 128_000),
    'gpt-5.4-mini': reasoning(usd(0.75, 4.5, 0.075, flex, priority(2)), 400_000, 128_000),
    'gpt-5.4-nano': reasoning(usd(0.2, 1.25, 0.02, flex), 400_000, 128_000),
    'gpt-5.2': reasoning(usd(1.75, 14, 0.175, flex, priority(2)), 400_000, 128_000),
    'gpt-5.1': reasoning(usd(1.25, 10, 0.125, flex, priority(2)), 400_000, 128_000),
    'gpt-5': reasoning(usd(1.25, 10, 0.125, flex, priority(2)), 400_000, 128_000),
    'gpt-5-mini': reasoning(usd(0.25, 2, 0.025, flex, priority(1.8)), 400_000, 128_000),
    'gpt-5-nano': reasoning(usd(0.05, 0.4, 0.005, flex), 400_000, 128_000),
    o3: reasoning(usd(2, 8, 0.5, flex, priority(1.75)), 200_000, 100_000),
    'o4-mini': reasoning(
      usd(1.1, 4.4, 0.275, flex, { serviceTier: 'priority', prompt: 2, completion: 8, cacheRead: 0.5 }),
      200_000,
      100_000,
    ),
    'gpt-4.1': sampled(usd(2, 8, 0.5, priority(1.75)), 1_047_576, 32_768),
    'gpt-4.1-mini': sampled(usd(0.4, 1.6, 0.1, priority(1.75)), 1_047_576, 32_768),
    'gpt-4.1-nano': sampled(usd(0.1, 0.4, 0.025, priority(2)), 1_047_576, 32_768),
    'gpt-4o': sampled(usd(2.5, 10, 1.25, priority(1.7)), 128_000, 16_384),
    'gpt-4o-mini': sampled(
      usd(0.15, 0.6, 0.075, { serviceTier: 'priority', prompt: 0.25, completion: 1, cacheRead: 0.125 }),
      128_000,
      16_384,
    ),
    'text-embedding-3-small': embedding(0.02),
    'text-embedding-3-large': embedding(0.13),
    'text-embedding-ada-002': embedding(0.1),
    ...MEDIA_MODELS,
  } satisfies Record<string, ModelFacts>),
)

/**
 * "This model is only supported in v1/responses and not in v1/chat/completions" (pgadmin4#9795, tmuxai#82): the codex
 * and pro variants, deep research and computer use.
 */
export const speaksResponsesOnly = (model: string): boolean =>
  /^codex-|^computer-use|-codex(?:-|$)|^(?:o\d|gpt-\d+(?:\.\d+)?)-pro(?:-|$)|-deep-research(?:-|$)/.test(model)
