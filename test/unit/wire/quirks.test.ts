import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../../providers/openai-compatible/presets.ts'
import { claudeQuirks as claude } from '../../../providers/shared/claude.ts'
import { applyQuirks } from '../../../src/wire/quirks/apply.ts'
import { restoreNames } from '../../../src/wire/quirks/restore.ts'

const mistral = PRESETS.mistral!.quirks!
const user = { role: 'user', content: 'hi' }

describe('applyQuirks', () => {
  it('gives the same object when nothing has to change', () => {
    const chat = { model: 'm', messages: [user, { role: 'assistant', content: 'a' }, user] }
    expect(applyQuirks(chat, 'openai-chat', mistral).body).toBe(chat)
    expect(applyQuirks(chat, 'anthropic-messages', claude('claude-sonnet-4-5')).body).toBe(chat)
  })

  it('keeps calls and results together under ids that are used once', () => {
    const turn = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: 'r' }] },
    ]
    const { body } = applyQuirks(
      { messages: [user, ...turn, ...turn] },
      'anthropic-messages',
      claude('claude-sonnet-4-5'),
    )
    const text = JSON.stringify(body)
    const used = [...text.matchAll(/"id":"([^"]*)"/g)].map((match) => match[1])
    const answered = [...text.matchAll(/"tool_use_id":"([^"]*)"/g)].map((match) => match[1])
    expect(new Set(used).size).toBe(2)
    expect(answered).toEqual(used)
    expect(used[0]).toBe('call_0')
  })

  it('sends other names of tools and gives the client its own', () => {
    const tool = { name: 'server.get', input_schema: { type: 'object' } }
    const { body, names } = applyQuirks(
      { messages: [user], tools: [tool] },
      'anthropic-messages',
      claude('claude-sonnet-4-5'),
    )
    expect(body.tools).toMatchObject([{ name: 'server_get' }])
    const answer = { content: [{ type: 'tool_use', id: 't', name: 'server_get', input: {} }] }
    expect(restoreNames(answer, 'anthropic-messages', names!)).toEqual({
      content: [{ ...answer.content[0], name: 'server.get' }],
    })
  })
})
