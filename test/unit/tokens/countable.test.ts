import { expect, it } from 'vitest'
import { countableOf } from '../../../src/tokens/countable.ts'

const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }

it('reads text, names and JSON of a Messages request, and nothing that the model does not read', () => {
  const body = {
    model: 'm',
    system: [{ type: 'text', text: 'SYSTEM', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'TOOL', description: 'DOES', input_schema: { type: 'object' } }],
    metadata: { user_id: 'u' },
    messages: [
      { role: 'user', content: 'HI' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'CALL', input: { a: 1 } }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'RESULT' }, image] }],
      },
    ],
  }
  const { texts, images, messages, hasTools } = countableOf(body)
  expect(texts).toEqual(['SYSTEM', 'HI', 'CALL', '{"a":1}', 'RESULT', 'TOOL', 'DOES', '{"type":"object"}'])
  expect(images).toEqual([{ width: 1024, height: 1024 }])
  expect({ messages, hasTools }).toEqual({ messages: 4, hasTools: true })
})

it('leaves out what Claude thought before the last turn of its user, and keeps it within a tool loop', () => {
  const thought = (thinking: string) => ({
    role: 'assistant',
    content: [{ type: 'thinking', thinking, signature: 's' }],
  })
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'R' }] }
  const messages = [
    { role: 'user', content: 'A' },
    thought('OLD'),
    { role: 'user', content: 'B' },
    thought('NEW'),
    result,
  ]
  expect(countableOf({ messages }).texts).toEqual(['A', 'B', 'NEW', 'R'])
})

it('reads Responses and chat completions', () => {
  const responses = {
    instructions: 'SYSTEM',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'HI' },
          { type: 'input_image', image_url: 'https://example.com/a.png' },
        ],
      },
      { type: 'function_call', call_id: 'c', name: 'CALL', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c', output: 'RESULT' },
    ],
    text: { format: { type: 'json_schema', name: 'SHAPE', schema: { type: 'object' } } },
  }
  expect(countableOf(responses)).toMatchObject({
    texts: ['SYSTEM', 'HI', 'CALL', '{"a":1}', 'RESULT', 'SHAPE', '{"type":"object"}'],
    messages: 4,
  })
  expect(countableOf(responses).images).toHaveLength(1)
  const chat = {
    messages: [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'CALL', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'RESULT' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ],
  }
  expect(countableOf(chat)).toMatchObject({ texts: ['CALL', '{}', 'RESULT'], messages: 3 })
})

it('counts the pages of a PDF, and reads a document of text', () => {
  const pdf = Buffer.from('%PDF-1.7 /Type /Pages /Type /Page /Type/Page>>').toString('base64')
  const document = (source: object) => ({ messages: [{ role: 'user', content: [{ type: 'document', source }] }] })
  expect(countableOf(document({ type: 'base64', media_type: 'application/pdf', data: pdf })).pages).toBe(2)
  expect(countableOf(document({ type: 'url', url: 'https://example.com/a.pdf' })).pages).toBe(1)
  expect(countableOf(document({ type: 'text', media_type: 'text/plain', data: 'WORDS' }))).toMatchObject({
    texts: ['WORDS'],
    pages: 0,
  })
})
