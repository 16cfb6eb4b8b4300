import { describe, expect, it } from 'vitest'
import type { JsonObject, ReasoningKnob } from '../../../../src/plugins/api.ts'
import { turnKnob } from '../../../../src/wire/reasoning/knob.ts'

const rest = { model: 'm', messages: [] }
const turned = (body: JsonObject, knob: ReasoningKnob): JsonObject => {
  const { model: _, messages: _too, max_tokens: _three, ...out } = turnKnob({ ...rest, ...body }, knob)
  return out
}

const WISHES = {
  effort: { reasoning: { effort: 'high' } },
  openai: { reasoning_effort: 'low' },
  budget: { reasoning: { max_tokens: 2000 }, max_tokens: 4000 },
  on: { reasoning: { enabled: true } },
  off: { reasoning: { enabled: false } },
  none: { reasoning_effort: 'none' },
  claude: { thinking: { type: 'enabled', budget_tokens: 1000 }, max_tokens: 10_000 },
  claudeOff: { thinking: { type: 'disabled' } },
  qwen: { enable_thinking: true, thinking_budget: 512 },
}

describe.each<[ReasoningKnob, Record<keyof typeof WISHES, JsonObject>]>([
  [
    { form: 'reasoning_effort' },
    {
      effort: { reasoning_effort: 'high' },
      openai: { reasoning_effort: 'low' },
      budget: { reasoning_effort: 'medium' },
      on: { reasoning_effort: 'medium' },
      off: { reasoning_effort: 'none' },
      none: { reasoning_effort: 'none' },
      claude: { reasoning_effort: 'low' },
      claudeOff: { reasoning_effort: 'none' },
      qwen: { reasoning_effort: 'medium' },
    },
  ],
  [
    { form: 'reasoning' },
    {
      effort: { reasoning: { effort: 'high' } },
      openai: { reasoning_effort: 'low' },
      budget: { reasoning: { max_tokens: 2000 } },
      on: { reasoning: { enabled: true } },
      off: { reasoning: { enabled: false } },
      none: { reasoning_effort: 'none' },
      claude: { reasoning: { max_tokens: 1000 } },
      claudeOff: { reasoning: { enabled: false } },
      qwen: { reasoning: { max_tokens: 512 } },
    },
  ],
  [
    { form: 'thinking', budget: true },
    {
      effort: { thinking: { type: 'enabled' } },
      openai: { thinking: { type: 'enabled' } },
      budget: { thinking: { type: 'enabled', budget_tokens: 2000 } },
      on: { thinking: { type: 'enabled' } },
      off: { thinking: { type: 'disabled' } },
      none: { thinking: { type: 'disabled' } },
      claude: { thinking: { type: 'enabled', budget_tokens: 1000 } },
      claudeOff: { thinking: { type: 'disabled' } },
      qwen: { thinking: { type: 'enabled', budget_tokens: 512 } },
    },
  ],
  [
    { form: 'enable_thinking' },
    {
      effort: { enable_thinking: true },
      openai: { enable_thinking: true },
      budget: { enable_thinking: true, thinking_budget: 2000 },
      on: { enable_thinking: true },
      off: { enable_thinking: false },
      none: { enable_thinking: false },
      claude: { enable_thinking: true, thinking_budget: 1000 },
      claudeOff: { enable_thinking: false },
      qwen: { enable_thinking: true, thinking_budget: 512 },
    },
  ],
  [
    { form: 'chat_template_kwargs' },
    {
      effort: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'high' },
      openai: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'low' },
      budget: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'medium' },
      on: { chat_template_kwargs: { enable_thinking: true } },
      off: { chat_template_kwargs: { enable_thinking: false } },
      none: { chat_template_kwargs: { enable_thinking: false } },
      claude: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'low' },
      claudeOff: { chat_template_kwargs: { enable_thinking: false } },
      qwen: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'medium' },
    },
  ],
])('$form', (knob, expected) => {
  it.each(Object.keys(WISHES) as (keyof typeof WISHES)[])('%s', (wish) => {
    expect(turned(WISHES[wish], knob)).toEqual(expected[wish])
  })

  it('leaves a body that asks for nothing', () => expect(turnKnob(rest, knob)).toBe(rest))
})

describe('the upstream’s own way', () => {
  it.each<[ReasoningKnob['form'], JsonObject]>([
    ['reasoning_effort', { reasoning_effort: 'high' }],
    ['reasoning', { reasoning: { effort: 'high', exclude: true } }],
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 1, clear_thinking: true } }],
    ['enable_thinking', { enable_thinking: false }],
  ])('%s goes as it is', (form, body) => {
    const whole = { ...rest, ...body }
    expect(turnKnob(whole, { form })).toBe(whole)
  })

  it('keeps what else a template is given', () => {
    const body = { chat_template_kwargs: { tone: 'dry' }, reasoning: { enabled: false } }
    expect(turned(body, { form: 'chat_template_kwargs' })).toEqual({
      chat_template_kwargs: { tone: 'dry', enable_thinking: false },
    })
  })

  it('says a level by its name there, beside a switch where there is one', () => {
    const knob: ReasoningKnob = { form: 'thinking', efforts: { low: 'high', xhigh: 'max' } }
    expect(turned({ reasoning: { effort: 'low' } }, knob)).toEqual({
      thinking: { type: 'enabled' },
      reasoning_effort: 'high',
    })
    expect(turned({ reasoning_effort: 'xhigh' }, { form: 'reasoning_effort', efforts: { xhigh: 'high' } })).toEqual({
      reasoning_effort: 'high',
    })
  })

  it('has only a switch with some', () =>
    expect(turned({ reasoning: { effort: 'high' } }, { form: 'reasoning.enabled' })).toEqual({
      reasoning: { enabled: true },
    }))

  it('gives a share of the answer where a budget is wanted', () =>
    expect(turned({ reasoning_effort: 'medium', max_tokens: 8000 }, { form: 'enable_thinking' })).toEqual({
      enable_thinking: true,
      thinking_budget: 4000,
    }))
})
