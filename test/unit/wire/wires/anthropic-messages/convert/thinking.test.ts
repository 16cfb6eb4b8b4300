import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'

const user = { role: 'user', content: 'Hi' }

/** What a hub request's reasoning becomes. */
function thought(model: string, fields: JsonObject, messages: JsonObject[] = [user]): unknown {
  const { thinking, output_config, max_tokens } = converter.requestFromHub({ model, messages, ...fields })
  return { thinking, effort: (output_config as JsonObject | undefined)?.effort, max_tokens }
}
const budget = (tokens: number): JsonObject => ({ type: 'enabled', budget_tokens: tokens })
const adaptive = { type: 'adaptive', display: 'summarized' }

describe('reasoning of the hub as thinking', () => {
  it.each<[string, JsonObject, unknown, string | undefined, number]>([
    ['claude-sonnet-4-5', { reasoning_effort: 'high', max_tokens: 10_000 }, budget(8000), undefined, 10_000],
    ['claude-sonnet-4-5', { reasoning_effort: 'minimal', max_tokens: 4000 }, budget(1024), undefined, 4000],
    ['claude-sonnet-4-5', { reasoning: { max_tokens: 9000 }, max_tokens: 3000 }, budget(2999), undefined, 3000],
    ['claude-sonnet-4-5', { reasoning: { max_tokens: 40_000 } }, budget(40_000), undefined, 44_096],
    ['claude-sonnet-4-5', { reasoning: { enabled: true }, max_tokens: 4096 }, budget(2048), undefined, 4096],
    ['claude-sonnet-4-5', { reasoning_effort: 'high', max_tokens: 1024 }, undefined, undefined, 1024],
    ['claude-sonnet-4-5', { reasoning_effort: 'none' }, undefined, undefined, 32_000],
    ['claude-sonnet-4-5', { reasoning: { exclude: true } }, undefined, undefined, 32_000],
    ['claude-3-5-haiku', { reasoning_effort: 'high' }, undefined, undefined, 8192],
    ['claude-opus-4-6', { reasoning_effort: 'xhigh' }, adaptive, 'high', 32_000],
    ['claude-opus-4-6', { reasoning: { max_tokens: 2000 } }, budget(2000), undefined, 32_000],
    ['claude-opus-5', { reasoning_effort: 'minimal' }, adaptive, 'low', 32_000],
    ['claude-opus-5', { reasoning: { max_tokens: 2000 } }, adaptive, undefined, 32_000],
    ['claude-opus-5', { reasoning: { enabled: false } }, { type: 'disabled' }, undefined, 32_000],
    ['claude-fable-5', { reasoning_effort: 'none' }, undefined, 'low', 32_000],
    ['glm-4.7', { reasoning_effort: 'none' }, { type: 'disabled' }, undefined, 8192],
    [
      'claude-opus-5',
      { thinking: { type: 'between_tools' }, reasoning_effort: 'low' },
      { type: 'between_tools' },
      undefined,
      32_000,
    ],
  ])('%s %j', (model, fields, thinking, effort, maxTokens) => {
    expect(thought(model, fields)).toEqual({ thinking, effort, max_tokens: maxTokens })
  })

  it('gives way to a forced tool, and to a tool loop that began without it', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }]
    const fields = { reasoning_effort: 'high', max_tokens: 9000, tools }
    const call = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const result = { role: 'tool', tool_call_id: 'a', content: 'ok' }
    const details = [{ type: 'reasoning.text', text: 'Hm', signature: 'c2ln' }]
    expect(thought('claude-sonnet-4-5', { ...fields, tool_choice: 'required' })).toMatchObject({ thinking: undefined })
    expect(thought('claude-sonnet-4-5', fields, [user, call, result])).toMatchObject({ thinking: undefined })
    expect(
      thought('claude-sonnet-4-5', fields, [user, { ...call, reasoning_details: details }, result, call, result]),
    ).toMatchObject({
      thinking: budget(7200),
    })
    expect(
      thought('claude-sonnet-4-5', fields, [user, call, result, { role: 'assistant', content: 'Done' }, user]),
    ).toMatchObject({
      thinking: budget(7200),
    })
    expect(thought('claude-opus-5', fields, [user, call, result])).toMatchObject({ thinking: adaptive })
  })

  it('takes sampling along only where it is allowed', () => {
    const sampled = (model: string, fields: JsonObject): JsonObject => {
      const { temperature, top_p, top_k } = converter.requestFromHub({
        model,
        messages: [user],
        max_tokens: 5000,
        ...fields,
      })
      return { temperature, top_p, top_k }
    }
    const all = { temperature: 0.5, top_p: 0.99, top_k: 5 }
    expect(sampled('claude-opus-4-20250514', all)).toEqual(all)
    expect(sampled('claude-sonnet-4-5', all)).toEqual({ ...all, top_p: undefined })
    expect(sampled('claude-sonnet-4-5', { ...all, temperature: undefined })).toEqual({ ...all, temperature: undefined })
    expect(sampled('claude-opus-4-20250514', { ...all, reasoning_effort: 'low' })).toEqual({
      temperature: undefined,
      top_p: 0.99,
      top_k: undefined,
    })
    expect(sampled('claude-opus-4-8', all)).toEqual({ temperature: undefined, top_p: undefined, top_k: undefined })
  })
})

describe('thinking as reasoning of the hub', () => {
  const asked = (model: string, fields: JsonObject, extensions = false): JsonObject => {
    const body = { model, max_tokens: 10_000, messages: [user], ...fields }
    const { reasoning, reasoning_effort } = converter.requestToHub(body, { extensions })
    return { reasoning, reasoning_effort }
  }

  it.each<[string, JsonObject, string | undefined]>([
    ['gpt-5', { thinking: budget(2000) }, 'low'],
    ['gpt-5', { thinking: budget(5000) }, 'medium'],
    ['gpt-5', { thinking: budget(9999) }, 'high'],
    ['gpt-5', { thinking: { type: 'adaptive' } }, undefined],
    ['gpt-5', { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'high'],
    ['gpt-5', { thinking: { type: 'disabled' }, output_config: { effort: 'max' } }, undefined],
    ['gpt-4o', { thinking: budget(9999) }, undefined],
  ])('%s %j', (model, fields, effort) => {
    expect(asked(model, fields)).toEqual({ reasoning: undefined, reasoning_effort: effort })
  })

  it.each<[JsonObject, JsonObject | undefined]>([
    [{ thinking: budget(2000) }, { max_tokens: 2000 }],
    [
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'xhigh' } },
      { effort: 'xhigh', exclude: true },
    ],
    [{ thinking: { type: 'adaptive' } }, { enabled: true }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{}, undefined],
  ])('with extensions %j', (fields, reasoning) => {
    expect(asked('any', fields, true)).toEqual({ reasoning, reasoning_effort: undefined })
  })
})
