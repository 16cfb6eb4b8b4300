import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../../helpers/collect.ts'
import { Gate, reply, startUpstream, type Upstream } from '../../helpers/upstream.ts'

let upstream: Upstream
let openai: OpenAI
let anthropic: Anthropic

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Hello, world.' })
  openai = new OpenAI({ baseURL: upstream.url, apiKey: 'sk-test', maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: upstream.url.replace('/v1', ''), apiKey: 'sk-ant-test', maxRetries: 0 })
})
beforeEach(() => upstream.clear())
afterAll(() => upstream.close())

const messages = [{ role: 'user' as const, content: 'Hi' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

describe('the scripted upstream, read by the real clients', () => {
  it('answers chat completions', async () => {
    const answer = await openai.chat.completions.create({ model: 'm', messages })
    expect(answer.choices[0]?.message.content).toBe('Hello, world.')
    expect(answer.usage?.total_tokens).toBe(18)
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test')
    expect(upstream.requests[0]?.json).toMatchObject({ model: 'm', messages })
  })

  it('streams chat completions with usage on request', async () => {
    const stream = await openai.chat.completions.create({
      model: 'm',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = await collect(stream)
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello, world.')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(7)
  })

  it('calls the tool that is offered, in both wires, and stops once it has been answered', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }]
    const runner = openai.chat.completions.stream({ model: 'm', messages, tools })
    const calls = (await runner.finalMessage()).tool_calls ?? []
    expect(calls).toMatchObject([{ function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }])

    const input_schema = { ...parameters, type: 'object' as const }
    const request = { model: 'm', max_tokens: 9, tools: [{ name: 'get_weather', input_schema }] }
    const message = await anthropic.messages.create({ ...request, messages })
    expect(message.content).toMatchObject([{ type: 'tool_use', name: 'get_weather', input: { city: 'Paris' } }])
    const toolUse = message.content as Anthropic.ToolUseBlockParam[]
    const result = { type: 'tool_result' as const, tool_use_id: toolUse[0]?.id ?? '', content: '20' }
    const history = [
      ...messages,
      { role: 'assistant' as const, content: toolUse },
      { role: 'user' as const, content: [result] },
    ]
    const after = await anthropic.messages.create({ ...request, messages: history })
    expect(after.content).toMatchObject([{ type: 'text', text: 'Hello, world.' }])
  })

  it('obeys a JSON schema', async () => {
    const json_schema = { name: 'weather', schema: parameters }
    const answer = await openai.chat.completions.create({
      model: 'm',
      messages,
      response_format: { type: 'json_schema', json_schema },
    })
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ city: 'Paris' })
  })

  it('streams messages, with thinking before the text', async () => {
    upstream.script('m', reply({ reasoning: 'Hm.', text: 'Yes, of course.' }))
    const stream = anthropic.messages.stream({ model: 'm', max_tokens: 9, messages })
    const message = await stream.finalMessage()
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Yes, of course.' },
    ])
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 11, output_tokens: 7 } })
  })

  it('answers responses, completions, embeddings and models', async () => {
    const events = await collect(await openai.responses.create({ model: 'm', input: 'Hi', stream: true }))
    expect(events.filter(({ type }) => type === 'response.output_text.delta')).toHaveLength(4)
    expect(events.at(-1)?.type).toBe('response.completed')
    expect((await openai.responses.create({ model: 'm', input: 'Hi' })).output_text).toBe('Hello, world.')
    expect((await openai.completions.create({ model: 'm', prompt: 'Hi' })).choices[0]?.text).toBe('Hello, world.')
    const embeddings = await openai.embeddings.create({ model: 'm', input: ['a', 'b'], dimensions: 3 })
    expect(embeddings.data.map(({ embedding }) => embedding[0])).toEqual([1, 2])
    expect((await openai.models.list()).data[0]?.id).toBe('scripted-small')
    expect((await anthropic.models.list()).data[0]?.id).toBe('scripted-small')
  })

  it('holds each chunk until the gate lets it through, and tells when the caller hangs up', async () => {
    const gate = new Gate()
    upstream.script('m', reply({ gate, chunks: 3, text: 'abc' }))
    const stream = await openai.chat.completions.create({ model: 'm', messages, stream: true })
    const seen: string[] = []
    for await (const chunk of stream) {
      const content = chunk.choices[0]?.delta.content
      if (!content) continue
      seen.push(content)
      if (content === 'b') break
      gate.release()
    }
    expect(seen).toEqual(['a', 'b'])
    expect(await upstream.requests[0]?.ended).toBe('aborted')
  })

  it('reads the same one byte at a time', async () => {
    upstream.script('m', reply({ bytewise: true }))
    const stream = openai.chat.completions.stream({ model: 'm', messages })
    expect(await stream.finalContent()).toBe('Hello from the upstream.')
  })
})
