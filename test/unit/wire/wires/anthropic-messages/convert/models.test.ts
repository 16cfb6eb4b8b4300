import { describe, expect, it } from 'vitest'
import { traitsOf } from '../../../../../../src/wire/wires/anthropic-messages/convert/models.ts'
import { isOpenAiReasoner, takesReasoningEffort } from '../../../../../../src/wire/wires/openai-chat/models.ts'

describe('what a model behind anthropic-messages takes', () => {
  it.each([
    ['claude-3-5-sonnet-20241022', 'none', true],
    ['claude-3-7-sonnet-latest', 'budget', true],
    ['claude-opus-4-20250514', 'budget', true],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'budget', true],
    ['anthropic/claude-sonnet-4.6', 'both', true],
    ['claude-opus-4-7', 'adaptive', false],
    ['anthropic/claude-4.7-opus', 'adaptive', false],
    ['claude-haiku-5-5', 'adaptive', false],
    ['claude-mythos-preview', 'adaptive', false],
    ['kimi-k2-thinking', 'budget', true],
  ])('%s', (model, thinking, sampling) => {
    expect(traitsOf(model)).toMatchObject({ thinking, sampling })
  })

  it('knows Claude from others, and models that always think', () => {
    expect(traitsOf('claude-fable-5').alwaysThinks).toBe(true)
    expect(traitsOf('claude-opus-5').alwaysThinks).toBe(false)
    expect(traitsOf('glm-4.7')).toMatchObject({ claude: false, defaultMaxTokens: 8192 })
    expect(traitsOf('claude-opus-4-20250514').defaultMaxTokens).toBe(32_000)
    expect(traitsOf(undefined).claude).toBe(false)
  })
})

describe('what OpenAI models take', () => {
  it.each([
    ['o3-mini', true, true],
    ['gpt-5.1', true, true],
    ['openai/gpt-5', true, true],
    ['gpt-5-chat-latest', false, false],
    ['gpt-4o', false, false],
    ['openai/gpt-oss-120b', false, true],
    ['gemini-2.5-pro', false, true],
    ['llama-3.3-70b', false, false],
  ])('%s', (model, reasoner, effort) => {
    expect([isOpenAiReasoner(model), takesReasoningEffort(model)]).toEqual([reasoner, effort])
  })
})
