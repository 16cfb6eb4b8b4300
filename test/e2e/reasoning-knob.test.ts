/** A wish to reason, from clients of three wires, as each service wants to be asked. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const preset = (name: string) => ({
    plugin: 'openai-compatible',
    preset: name,
    base_url: upstream.url,
    api_key: 'sk-upstream',
    chat_wires: ['openai-chat'],
  })
  const names = ['groq', 'deepseek', 'dashscope', 'together', 'fireworks', 'baseten', 'vllm', 'vercel']
  router = await startRouter({ config: { providers: Object.fromEntries(names.map((name) => [name, preset(name)])) } })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const messages = [{ role: 'user', content: 'Why?' }]
const CLIENTS = {
  chat: ['/v1/chat/completions', { messages, max_tokens: 8000, reasoning: { effort: 'high' } }],
  messages: ['/v1/messages', { messages, max_tokens: 8000, thinking: { type: 'enabled', budget_tokens: 6400 } }],
  responses: ['/v1/responses', { input: 'Why?', max_output_tokens: 8000, reasoning: { effort: 'high' } }],
} as const

async function asked(client: keyof typeof CLIENTS, model: string) {
  const [path, body] = CLIENTS[client]
  expect((await send(`${router.url}${path}`, { body: { model, ...body } })).status).toBe(200)
  const { json } = upstream.requests.at(-1)!
  const keys = [
    'reasoning',
    'reasoning_effort',
    'thinking',
    'enable_thinking',
    'thinking_budget',
    'chat_template_kwargs',
  ]
  return Object.fromEntries([...keys, 'chat_template_args'].flatMap((key) => (key in json ? [[key, json[key]]] : [])))
}

it.each([
  ['groq/openai/gpt-oss-120b', { reasoning_effort: 'high' }],
  ['deepseek/deepseek-reasoner', { thinking: { type: 'enabled' }, reasoning_effort: 'high' }],
  ['dashscope/qwen3-max', { enable_thinking: true, thinking_budget: 6400 }],
  ['together/deepseek-ai/DeepSeek-R1', { reasoning: { enabled: true } }],
  ['fireworks/accounts/fireworks/models/kimi-k2-thinking', { thinking: { type: 'enabled', budget_tokens: 6400 } }],
  ['baseten/zai-org/GLM-4.6', { chat_template_args: { enable_thinking: true }, reasoning_effort: 'high' }],
  ['vllm/qwen3-8b', { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'high' }],
])('%s', async (model, expected) => {
  for (const client of ['chat', 'messages', 'responses'] as const)
    expect(await asked(client, model), client).toEqual(expected)
})

it('leaves the wish of another wire out where the model is not known to reason', async () => {
  expect(await asked('messages', 'vllm/llama-3.1-8b')).toEqual({})
})
