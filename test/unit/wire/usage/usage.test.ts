import { describe, expect, it } from 'vitest'
import { chatUsage, messagesUsage, responsesUsage } from '../../../../src/wire/usage/usage.ts'

const chat = (more = {}) => ({ prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100, ...more })
const reasoning = (tokens: number) => ({ completion_tokens_details: { reasoning_tokens: tokens } })

describe('usage of a chat answer', () => {
  it.each<[string, object, object]>([
    ['reasoning inside', chat(reasoning(60)), { inputTokens: 1_000, outputTokens: 100, reasoningTokens: 60 }],
    [
      'reasoning beside (xAI)',
      chat({ total_tokens: 1_500, ...reasoning(400) }),
      { outputTokens: 500, reasoningTokens: 400 },
    ],
    ['hidden reasoning (Gemini)', chat({ total_tokens: 1_500 }), { outputTokens: 500 }],
    ['a rest that is less than the reasoning', chat({ total_tokens: 1_150, ...reasoning(90) }), { outputTokens: 100 }],
    [
      'sound and pictures',
      chat({
        prompt_tokens_details: { audio_tokens: 700, image_tokens: 200 },
        completion_tokens_details: { audio_tokens: 80, image_tokens: 0, text_tokens: 20 },
      }),
      { inputTokens: 1_000, outputTokens: 100, audioInputTokens: 700, imageInputTokens: 200, audioOutputTokens: 80 },
    ],
    ['a total of nothing', chat({ total_tokens: 0 }), { inputTokens: 1_000, outputTokens: 100 }],
    ['no total', { prompt_tokens: 10, completion_tokens: 1 }, { inputTokens: 10, outputTokens: 1 }],
    ['an embedding', { prompt_tokens: 10, total_tokens: 10 }, { inputTokens: 10 }],
    [
      "Claude's names, inside the prompt",
      chat({ cache_creation_input_tokens: 500, cache_read_input_tokens: 300 }),
      { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 300, cacheWriteTokens: 500 },
    ],
    [
      "Claude's names, beside the prompt",
      chat({ total_tokens: 1_900, cache_creation_input_tokens: 500, cache_read_input_tokens: 300 }),
      { inputTokens: 1_800, outputTokens: 100, cacheReadTokens: 300, cacheWriteTokens: 500 },
    ],
    [
      "Claude's names, more than the prompt",
      { prompt_tokens: 5, completion_tokens: 1, cache_read_input_tokens: 300 },
      { inputTokens: 305, outputTokens: 1, cacheReadTokens: 300 },
    ],
    [
      'zeros in the other spelling',
      chat({ prompt_tokens_details: { cached_tokens: 0 }, cache_read_input_tokens: 300 }),
      { cacheReadTokens: 300 },
    ],
    [
      'writes for an hour, from a proxy',
      chat({
        prompt_tokens_details: {
          cache_creation_tokens: 50,
          cache_creation_token_details: { ephemeral_1h_input_tokens: 40 },
        },
      }),
      { cacheWriteTokens: 50, cacheWrite1hTokens: 40 },
    ],
    ["OpenRouter's cost", chat({ cost: 0.00123 }), { costUsd: 0.00123 }],
    [
      'its fee, with a key of one own',
      chat({ cost: 0.25, is_byok: true, cost_details: { upstream_inference_cost: 0.5 } }),
      { costUsd: 0.75 },
    ],
    [
      'its cost, with what the maker took',
      chat({ cost: 0.25, cost_details: { upstream_inference_cost: 0.2 } }),
      { costUsd: 0.25 },
    ],
    ["Perplexity's cost", chat({ cost: { total_cost: 0.5 } }), { costUsd: 0.5 }],
    ["DeepInfra's cost", chat({ estimated_cost: 0.5 }), { costUsd: 0.5 }],
    ["xAI's ticks", chat({ cost_in_usd_ticks: 37_756_000 }), { costUsd: 0.0037756 }],
  ])('%s', (_, usage, expected) => {
    expect(chatUsage(usage)).toMatchObject(expected)
  })

  it.each([-1, Number.NaN, '1', null, {}, []])('has no cost of %j', (cost) => {
    expect(chatUsage(chat({ cost }))).not.toHaveProperty('costUsd')
  })

  it('has the tier that stands beside it, when it is a word', () => {
    expect(chatUsage(chat(), 'flex')).toMatchObject({ serviceTier: 'flex' })
    for (const tier of [null, 7, '', 'x'.repeat(33)]) expect(chatUsage(chat(), tier)).not.toHaveProperty('serviceTier')
  })
})

it.each([1e10, 1e308])('does not believe %d tokens or dollars, which would drown all sums', (huge) => {
  const counts = { prompt_tokens: huge, completion_tokens: huge, input_tokens: huge, output_tokens: huge }
  for (const read of [chatUsage, responsesUsage, messagesUsage]) expect(read({ ...counts, cost: huge })).toBeUndefined()
  const beside = { cost: huge, total_tokens: huge, cost_in_usd_ticks: huge, estimated_cost: huge * 2 }
  expect(chatUsage(chat(beside))).toEqual({ inputTokens: 1_000, outputTokens: 100 })
})

it('reads reasoning beside the output of a response, and its tier', () => {
  const usage = {
    input_tokens: 32,
    output_tokens: 9,
    total_tokens: 135,
    output_tokens_details: { reasoning_tokens: 94 },
  }
  expect(responsesUsage(usage, 'priority')).toMatchObject({
    inputTokens: 32,
    outputTokens: 103,
    serviceTier: 'priority',
  })
})

it('tells writes for an hour from others, and fast mode from the tier', () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 10,
    cache_creation_input_tokens: 60,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 },
    service_tier: 'standard',
  }
  expect(messagesUsage(usage)).toEqual({
    inputTokens: 160,
    outputTokens: 10,
    cacheWriteTokens: 60,
    cacheWrite1hTokens: 40,
    serviceTier: 'standard',
  })
  expect(messagesUsage({ ...usage, speed: 'fast' })).toMatchObject({ serviceTier: 'fast' })
})
