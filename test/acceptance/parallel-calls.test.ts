/** Parallel tool calls as other servers number them, taken by the makers' own clients. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Exchange, startUpstream, type Upstream } from '../helpers/upstream.ts'

const call = (index: number | undefined, id: string, name: string | undefined, args: string) => ({
  ...(index !== undefined && { index }),
  id,
  type: 'function',
  function: { ...(name !== undefined && { name }), arguments: args },
})
const OSLO = '{"city":"Oslo"}'
const ROME = '{"city":"Rome"}'

/** Each entry is a chunk of its own. */
const SERVERS = {
  ollama: [call(0, 'a', 'weather', OSLO), call(0, 'b', 'time', ROME)],
  gemini: [call(0, '', 'weather', OSLO), call(0, '', 'time', ROME)],
  'no index': [call(undefined, 'a', 'weather', OSLO), call(undefined, 'b', 'time', ROME)],
  vllm: [
    call(0, 'a', 'weather', ''),
    call(0, '', undefined, OSLO),
    call(0, 'b', 'time', ''),
    call(0, '', undefined, ROME),
  ],
  repeating: [call(0, 'a', 'weather', '{"city":'), call(0, 'a', 'weather', '"Oslo"}'), call(1, 'b', 'time', ROME)],
}

function answer(entries: readonly object[]) {
  return ({ response }: Exchange): void => {
    const chunk = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk({ role: 'assistant', content: '' }))
    for (const entry of entries) response.write(chunk({ tool_calls: [entry] }))
    response.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`)
  }
}

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  for (const [name, entries] of Object.entries(SERVERS)) upstream.script(name, answer(entries))
  router = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const parameters = { type: 'object' as const, properties: { city: { type: 'string' } } }
const names = ['weather', 'time']
const wanted = [
  ['weather', { city: 'Oslo' }],
  ['time', { city: 'Rome' }],
]

it.each(Object.keys(SERVERS))('%s: two calls for both clients, after one call upstream', async (name) => {
  const openai = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const completion = await openai.chat.completions
    .stream({
      model: `up/${name}`,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: names.map((tool) => ({ type: 'function' as const, function: { name: tool, parameters } })),
    })
    .finalChatCompletion()
  const calls = (completion.choices[0]?.message.tool_calls ?? []).filter((one) => one.type === 'function')
  expect(calls.map((one) => [one.function.name, JSON.parse(one.function.arguments)])).toEqual(wanted)

  const anthropic = new Anthropic({ baseURL: router.url, apiKey: 'none', maxRetries: 0 })
  const message = await anthropic.messages
    .stream({
      model: `up/${name}`,
      max_tokens: 64,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: names.map((tool) => ({ name: tool, input_schema: parameters })),
    })
    .finalMessage()
  const blocks = message.content.filter((block) => block.type === 'tool_use')
  expect(blocks.map((block) => [block.name, block.input])).toEqual(wanted)
  expect(new Set(blocks.map(({ id }) => id)).size).toBe(2)
  expect(upstream.requestsFor(name)).toHaveLength(2)
})
