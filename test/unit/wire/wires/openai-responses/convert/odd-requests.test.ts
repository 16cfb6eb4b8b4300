/** Items and tools that clients send, beyond those of the golden conversations. */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import { responsesConverter as converter } from '../../../../../../src/wire/wires/openai-responses/convert/index.ts'

const hub = (body: JsonObject): JsonObject => converter.requestToHub({ model: 'm', input: 'Hi', ...body })
const USER = { role: 'user', content: 'Hi' }
const hubMessages = (...items: JsonObject[]) => hub({ input: [USER, ...items] }).messages as JsonObject[]

describe('the result of', () => {
  it('a shell is what it wrote, as JSON', () => {
    const output = [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }]
    const messages = hubMessages(
      { type: 'shell_call', call_id: 'c', action: { commands: ['ls'] } },
      { type: 'shell_call_output', call_id: 'c', output },
    )
    expect(messages[2]).toEqual({ role: 'tool', tool_call_id: 'c', content: JSON.stringify(output) })
  })

  it('a patch is its status where there is no more', () => {
    const messages = hubMessages(
      { type: 'apply_patch_call', call_id: 'c', operation: { type: 'delete_file', path: 'a' } },
      { type: 'apply_patch_call_output', call_id: 'c', status: 'completed' },
    )
    expect(messages[2]).toEqual({ role: 'tool', tool_call_id: 'c', content: 'completed' })
  })

  it('a computer is a picture', () => {
    const image_url = 'data:image/png;base64,AA=='
    const messages = hubMessages(
      { type: 'computer_call', call_id: 'c', action: { type: 'screenshot' } },
      { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url } },
    )
    expect(messages[3]).toMatchObject({
      role: 'user',
      content: [{}, { type: 'image_url', image_url: { url: image_url } }],
    })
  })
})

it('a call that the provider made itself is left out, like its others', () => {
  const call = { type: 'mcp_call', id: 'mcp_1', name: 'f', arguments: '{}', output: 'o', server_label: 's' }
  expect(hubMessages(call, USER)).toEqual([USER, USER])
})

it.each([
  [{ tools: {} }, 'tools must be a list'],
  [{ tools: ['f'] }, 'tools[0] must be an object'],
  [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools[0].name is missing'],
])('tools of another shape are refused: %j', (body, message) => {
  expect(() => hub(body)).toThrow(message)
})
