import type { PriceTier } from 'commonroute/plugin'
import { SAMPLING } from '../shared/claude.ts'
import type { ModelFacts } from '../shared/model-table.ts'

/*
 * Sources: https://platform.claude.com/docs/en/about-claude/pricing and
 * https://platform.claude.com/docs/about-claude/models/overview, read in October 2026. `cacheWrite` is the five-minute
 * cache; the one-hour cache costs twice the input. Batches cost half. No current model charges long contexts more, but
 * Claude Haiku 5.5 above 100,000 tokens: five times as much. Fast mode is twice the price where there is one.
 */

/** In the vocabulary of the hub wire: what survives the translation to Messages. */
const PARAMETERS = [
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'reasoning_effort',
  'include_reasoning',
  'response_format',
  'structured_outputs',
]
/** USD per million tokens: prompt, completion, cache read, cache write; tokens in thousands. */
const claude = (
  price: readonly [number, number, number, number],
  contextK: number,
  outputK: number,
  sampling = false,
  tiers: readonly PriceTier[] = [],
): ModelFacts => ({
  price: {
    prompt: price[0],
    completion: price[1],
    cacheRead: price[2],
    cacheWrite: price[3],
    cacheWrite1h: 2 * price[0],
    tiers: [...tiers, { serviceTier: 'batch', factor: 0.5 }],
  },
  contextLength: contextK * 1_000,
  maxOutputTokens: outputK * 1_000,
  inputModalities: ['text', 'image', 'file'],
  parameters: sampling ? [...PARAMETERS, ...SAMPLING] : PARAMETERS,
})

const FAST: readonly PriceTier[] = [{ serviceTier: 'fast', factor: 2 }]

export const MODELS: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    'claude-fable-5-1': claude([10, 50, 0.25, 12.5], 1_000, 128),
    'claude-fable-5': claude([10, 50, 1, 12.5], 1_000, 128),
    'claude-opus-5-5': claude([4, 20, 0.2, 5], 1_000, 128, false, FAST),
    'claude-opus-5': claude([5, 25, 0.5, 6.25], 1_000, 128, false, FAST),
    'claude-opus-4-8': claude([5, 25, 0.5, 6.25], 1_000, 128),
    'claude-opus-4-7': claude([5, 25, 0.5, 6.25], 1_000, 128),
    'claude-opus-4-6': claude([5, 25, 0.5, 6.25], 200, 128, true),
    'claude-opus-4-5': claude([5, 25, 0.5, 6.25], 200, 64, true),
    'claude-sonnet-5-5': claude([2, 10, 0.2, 2.5], 1_000, 128),
    'claude-sonnet-5': claude([2, 10, 0.2, 2.5], 1_000, 128),
    'claude-sonnet-4-6': claude([3, 15, 0.3, 3.75], 200, 128, true),
    'claude-sonnet-4-5': claude([3, 15, 0.3, 3.75], 200, 64, true),
    'claude-haiku-5-5': claude([0.1, 0.5, 0.01, 0.125], 1_000, 128, false, [{ aboveInputTokens: 100_000, factor: 5 }]),
    'claude-haiku-4-5': claude([1, 5, 0.1, 1.25], 200, 64, true),
  } satisfies Record<string, ModelFacts>),
)
