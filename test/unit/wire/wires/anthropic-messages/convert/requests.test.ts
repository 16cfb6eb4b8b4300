import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { fitsStrict } from '../../../../../../src/wire/wires/anthropic-messages/convert/schema.ts'

const user = { role: 'user', content: 'Hi' }
const tool = (name: string, extra: JsonObject = {}): JsonObject => ({ type: 'function', function: { name }, ...extra })
const from = (fields: JsonObject): JsonObject =>
  converter.requestFromHub({ model: 'claude-sonnet-4-5', messages: [user], ...fields })
const to = (fields: JsonObject, extensions = false): JsonObject =>
  converter.requestToHub({ model: 'gpt-4o', max_tokens: 9, messages: [user], ...fields }, { extensions })

describe('an OpenAI request that Anthropic cannot be told', () => {
  const part = (value: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [value] }] })
  const call = (target: JsonObject): JsonObject => ({
    messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: target }] }],
  })
  it.each<[string, JsonObject]>([
    ['messages must', { messages: 'Hi' }],
    ['messages[0] must', { messages: ['Hi'] }],
    ['messages[0].role', { messages: [{ role: 'function', content: 'x' }] }],
    ['messages[0].content must', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0] of type "input_audio"', part({ type: 'input_audio' })],
    [
      'messages[0].content[0].image_url.url is of type image/svg+xml',
      part({ type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg%3E' } }),
    ],
    ['messages[0].content[0].file.file_data must', part({ type: 'file', file: { file_id: 'file-1' } })],
    [
      'messages[0].content[0].file.file_data is of type',
      part({ type: 'file', file: { file_data: 'data:application/zip;base64,UEs=' } }),
    ],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].audio', { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] }],
    ['messages[0].function_call', { messages: [{ role: 'assistant', function_call: { name: 'f', arguments: '' } }] }],
    ['messages[0].tool_calls[0].function.name', call({})],
    ['tools[1] of type "custom"', { tools: [tool('f'), { type: 'custom', custom: { name: 'g' } }] }],
    ['tools[0].function.name', { tools: [{ type: 'function' }] }],
    ['tool_choice must', { tools: [tool('f')], tool_choice: { type: 'custom' } }],
    ['functions is', { functions: [{ name: 'f' }] }],
    ['n must', { n: 2 }],
    ['modalities may', { modalities: ['text', 'audio'] }],
    ['web_search_options has', { web_search_options: {} }],
  ])('%s', (message, fields) => {
    expect(() => from(fields)).toThrow(
      expect.objectContaining({ code: 'ROUTER_BAD_REQUEST', message: expect.stringContaining(message) }),
    )
  })
})

describe('an Anthropic request that OpenAI cannot be told', () => {
  const block = (value: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [value] }] })
  it.each<[string, JsonObject]>([
    ['messages must', { messages: undefined }],
    ['messages[0].role', { messages: [{ role: 'tool' }] }],
    ['messages[0].content[0] must', { messages: [{ role: 'assistant', content: ['x'] }] }],
    ['messages[0].content[0] of type "server_tool_use"', block({ type: 'server_tool_use' })],
    [
      'messages[0].content[0].source of type "file"',
      block({ type: 'image', source: { type: 'file', file_id: 'file_1' } }),
    ],
    [
      'messages[0].content[0].source of type "file"',
      block({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
    ],
    [
      'messages[0].content[0].source is an address',
      block({ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } }),
    ],
    [
      'messages[0].content[0].content[0] of type',
      block({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'mystery' }] }),
    ],
    ['tools[0] of type "web_search_20250305"', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tool_choice.type', { tools: [{ name: 'f', input_schema: {} }], tool_choice: { type: 'some' } }],
    ['mcp_servers are', { mcp_servers: [{ type: 'url', url: 'https://example.com' }] }],
  ])('%s', (message, fields) => {
    expect(() => to(fields)).toThrow(
      expect.objectContaining({ code: 'ROUTER_BAD_REQUEST', message: expect.stringContaining(message) }),
    )
  })
})

describe('details of requests to Anthropic', () => {
  it('ask for JSON in words when there is no schema', () => {
    expect(from({ response_format: { type: 'json_object' } }).system).toMatch(/JSON object/)
    expect(from({ response_format: { type: 'text' } })).not.toHaveProperty('system')
  })

  it('leave out what Anthropic refuses, and keep what is its own', () => {
    const fields = {
      seed: 1,
      logprobs: true,
      frequency_penalty: 1,
      stream_options: {},
      store: true,
      metadata: { a: 'b' },
      provider: {},
      verbosity: 'low',
    }
    expect(Object.keys(from(fields))).toEqual(['model', 'max_tokens', 'messages'])
    expect(from({ speed: 'fast', cache_control: { type: 'ephemeral' } })).toMatchObject({
      speed: 'fast',
      cache_control: { type: 'ephemeral' },
    })
  })

  it.each<[unknown, unknown]>([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    [undefined, undefined],
  ])('tool_choice %j', (choice, expected) => {
    expect(from({ tools: [tool('f')], tool_choice: choice }).tool_choice).toEqual(expected)
    expect(from({ tool_choice: choice })).not.toHaveProperty('tool_choice')
  })

  it('narrow the tools to the allowed ones', () => {
    const choice = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool('g')] } }
    const { tools, tool_choice } = from({
      tools: [tool('f'), tool('g')],
      tool_choice: choice,
      parallel_tool_calls: false,
    })
    expect(tools).toEqual([{ name: 'g', input_schema: { type: 'object' } }])
    expect(tool_choice).toEqual({ type: 'any', disable_parallel_tool_use: true })
    expect(from({ tools: [tool('f')], parallel_tool_calls: false }).tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    })
  })

  it('put tool results first in their turn, and trim a prefill', () => {
    const call = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const { messages } = from({
      messages: [
        user,
        call,
        user,
        { role: 'tool', tool_call_id: 'a', content: '' },
        { role: 'assistant', content: 'So: \n' },
      ],
    })
    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'assistant', content: 'So:' },
    ])
    expect(from({ messages: [user, { role: 'assistant', content: ' ' }] }).messages).toEqual([user])
    expect(from({ messages: [{ role: 'system', content: 'x' }] }).messages).toHaveLength(1)
  })

  it('read text files, and images given as plain addresses', () => {
    const content = [
      {
        type: 'file',
        file: { filename: 'a.md', file_data: `data:text/markdown;base64,${Buffer.from('# Hé').toString('base64')}` },
      },
      { type: 'file', file: { file_data: 'data:text/plain,a%20b' } },
      { type: 'file', file: { file_data: 'https://example.com/a.pdf' } },
      { type: 'image_url', image_url: 'https://example.com/a.png' },
      { type: 'image_url', image_url: { url: 'data:application/pdf;base64,JVBERi0=' } },
    ]
    const text = (data: string): JsonObject => ({ type: 'text', media_type: 'text/plain', data })
    expect((from({ messages: [{ role: 'user', content }] }).messages as JsonObject[])[0]!.content).toEqual([
      { type: 'document', source: text('# Hé'), title: 'a.md' },
      { type: 'document', source: text('a b') },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
    ])
  })
})

describe('details of requests to OpenAI', () => {
  it('say what blocks without a form say in text', () => {
    const content = [
      { type: 'search_result', title: 'T', source: 'https://example.com', content: [{ type: 'text', text: 'found' }] },
      {
        type: 'document',
        context: 'From 2020.',
        source: { type: 'content', content: [{ type: 'text', text: 'old' }] },
      },
    ]
    expect(to({ messages: [{ role: 'user', content }] }).messages).toEqual([
      { role: 'user', content: 'T\nhttps://example.com\nfound\nFrom 2020.\nold' },
    ])
  })

  it('leave out a turn of nothing but reasoning', () => {
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 'c2ln' }
    const messages = [user, { role: 'assistant', content: [thinking] }]
    expect(to({ messages }).messages).toEqual([user])
    expect(to({ messages }, true).messages).toHaveLength(2)
  })

  it('use strict mode only for schemas that OpenAI takes so', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    expect(fitsStrict(closed)).toBe(true)
    expect(fitsStrict({ ...closed, required: [] })).toBe(false)
    expect(fitsStrict({ type: 'array', items: { ...closed, additionalProperties: true } })).toBe(false)
    expect(fitsStrict({ anyOf: [closed, { type: 'null' }], $defs: { b: closed } })).toBe(true)
  })
})

describe('the line that Claude Code writes for its own books', () => {
  const line = 'x-anthropic-billing-header: cc_version=2.1.37; cc_entrypoint=cli; cch=a31f0;'
  it.each([
    [
      'a block of its own',
      [
        { type: 'text', text: line },
        { type: 'text', text: 'Be brief.' },
      ],
    ],
    ['the first line of a block', [{ type: 'text', text: `${line}\nBe brief.` }]],
    ['the first line of a string', `${line}\nBe brief.`],
  ])('is told to nobody else: %s', (_, system) => {
    expect(to({ system }).messages).toEqual([{ role: 'system', content: 'Be brief.' }, user])
  })

  it('is no prompt where nothing else is', () => {
    expect(to({ system: line }).messages).toEqual([user])
  })
})
