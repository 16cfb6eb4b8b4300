/** The real clients' stream helpers must accept our streams, and make of them what they make of the whole answer. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { context, formatSse, runStream } from './support.ts'

const answering = (body: string, type: string) => async () => new Response(body, { headers: { 'content-type': type } })
const streaming = (events: readonly OutEvent[]) => answering(formatSse(events), 'text/event-stream')

const anthropic = (fetch: () => Promise<Response>): Anthropic => new Anthropic({ apiKey: 'none', fetch, maxRetries: 0 })
const openai = (fetch: () => Promise<Response>): OpenAI => new OpenAI({ apiKey: 'none', fetch, maxRetries: 0 })
const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'Weather?' }] }

const chunk = (delta: JsonObject, finish: string | null = null): OutEvent => ({
  data: {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'qwen3',
    choices: [{ index: 0, delta, finish_reason: finish }],
  },
})
const usage = {
  prompt_tokens: 20,
  completion_tokens: 30,
  total_tokens: 50,
  prompt_tokens_details: { cached_tokens: 8 },
}
const tool = (index: number, id: string, city: string): JsonObject => ({
  index,
  id,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
})

describe('@anthropic-ai/sdk on a converted OpenAI stream', () => {
  const upstream = [
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'Two ' }),
    chunk({ reasoning_content: 'cities.' }),
    chunk({ content: 'Let me ' }),
    chunk({ content: 'look.' }),
    chunk({ tool_calls: [{ ...tool(0, 'call_1', 'Oslo'), function: { name: 'weather', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] }),
    chunk({ tool_calls: [tool(1, 'call_2', 'Bergen')] }),
    chunk({}, 'tool_calls'),
    { data: { id: 'chatcmpl-1', model: 'qwen3', choices: [], usage } },
    { data: '[DONE]' } as const,
  ]
  const whole = {
    id: 'chatcmpl-1',
    model: 'qwen3',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Let me look.',
          reasoning_content: 'Two cities.',
          tool_calls: [tool(0, 'call_1', 'Oslo'), tool(1, 'call_2', 'Bergen')],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage,
  }

  it('gives the message of the whole answer', async () => {
    const events = runStream(converter.streamFromHub(context), upstream)
    const streamed = await anthropic(streaming(events))
      .messages.stream({ ...asked, max_tokens: 99 })
      .finalMessage()
    const body = JSON.stringify(converter.responseFromHub(whole, context))
    const created = await anthropic(answering(body, 'application/json')).messages.create({ ...asked, max_tokens: 99 })
    expect(streamed.content).toEqual(created.content)
    expect(streamed.content.map(({ type }) => type)).toEqual(['thinking', 'text', 'tool_use', 'tool_use'])
    expect(streamed.stop_reason).toBe('tool_use')
    expect(streamed.usage).toMatchObject({ input_tokens: 12, cache_read_input_tokens: 8, output_tokens: 30 })
    expect(created.usage).toMatchObject({ input_tokens: 12, cache_read_input_tokens: 8, output_tokens: 30 })
  })

  it('throws on an in-band error', async () => {
    const failing = [
      ...upstream.slice(0, 4),
      { data: { error: { message: 'Too busy', type: 'server_error', code: 503 }, choices: [] } },
    ]
    const events = runStream(converter.streamFromHub(context), failing)
    expect(events.at(-1)).toEqual({
      event: 'error',
      data: { type: 'error', error: { type: 'api_error', message: 'Too busy' } },
    })
    const stream = anthropic(streaming(events)).messages.stream({ ...asked, max_tokens: 99 })
    await expect(stream.finalMessage()).rejects.toThrow('Too busy')
  })
})

describe('openai on a converted Anthropic stream', () => {
  const event = (type: string, body: JsonObject = {}): OutEvent => ({ event: type, data: { type, ...body } })
  const content = [
    { type: 'thinking', thinking: 'Two cities.', signature: 'EqQBCkYIBxgC+/==' },
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } },
    { type: 'tool_use', id: 'toolu_2', name: 'all', input: {} },
  ]
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    stop_reason: 'tool_use',
    stop_sequence: null,
  }
  const input = { input_tokens: 12, cache_creation_input_tokens: 4, cache_read_input_tokens: 8 }
  const deltas: JsonObject[][] = [
    [
      { type: 'thinking_delta', thinking: 'Two cities.' },
      { type: 'signature_delta', signature: 'EqQBCkYIBxgC+/==' },
    ],
    [
      { type: 'text_delta', text: 'Let me ' },
      { type: 'text_delta', text: 'look.' },
    ],
    [
      { type: 'input_json_delta', partial_json: '' },
      { type: 'input_json_delta', partial_json: '{"city": ' },
      { type: 'input_json_delta', partial_json: '"Oslo"}' },
    ],
    [{ type: 'input_json_delta', partial_json: '' }],
  ]
  const starts = [
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'text', text: '' },
    { ...content[2], input: {} },
    content[3],
  ]
  const upstream = [
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
    }),
    event('ping'),
    ...starts.flatMap((block, index) => [
      event('content_block_start', { index, content_block: block }),
      ...deltas[index]!.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', { delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 30 } }),
    event('message_stop'),
  ]

  it('gives the completion of the whole answer', async () => {
    const events = runStream(converter.streamToHub(context), upstream)
    const streamed = await openai(streaming(events)).chat.completions.stream(asked).finalChatCompletion()
    const body = JSON.stringify(
      converter.responseToHub({ ...message, content, usage: { ...input, output_tokens: 30 } }, context),
    )
    const created = await openai(answering(body, 'application/json')).chat.completions.create(asked)
    expect(streamed.id).toBe(created.id)
    expect(streamed.usage).toEqual(created.usage)
    expect(streamed.usage).toMatchObject({
      prompt_tokens: 24,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 8 },
    })
    const parse = (list: unknown): unknown =>
      (list as { id: string; function: { name: string; arguments: string } }[]).map(
        ({ id, function: { name, arguments: args } }) => [id, name, JSON.parse(args)],
      )
    expect(streamed.choices[0]!.message.content).toBe('Let me look.')
    expect(streamed.choices[0]!.finish_reason).toBe('tool_calls')
    expect(created.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'Let me look.' } })
    expect(parse(streamed.choices[0]!.message.tool_calls)).toEqual(parse(created.choices[0]!.message.tool_calls))
  })

  it('throws on an in-band error', async () => {
    const failing = [
      ...upstream.slice(0, 9),
      event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    ]
    const events = runStream(converter.streamToHub(context), failing)
    expect(events.at(-1)).toMatchObject({
      data: { error: { message: 'Overloaded' }, choices: [{ finish_reason: 'error' }] },
    })
    const stream = openai(streaming(events)).chat.completions.stream(asked)
    await expect(stream.finalChatCompletion()).rejects.toThrow('Overloaded')
  })
})
