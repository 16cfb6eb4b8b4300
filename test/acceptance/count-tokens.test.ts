/** Counting tokens with the makers' own clients: asked of an endpoint that can, else estimated. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { REFUSED_URL } from '../helpers/dead-ends.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { KEY, PIXEL, WEATHER_SCHEMA } from '../helpers/scene.ts'
import { type Behaviour, faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
let anthropic: Anthropic
let openai: OpenAI

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      auth: { keys: [KEY] },
      providers: {
        claude: { plugin: 'anthropic', base_url: upstream.url, api_key: 'sk-ant-upstream-secret' },
        gpt: { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream-secret' },
        chat: { plugin: 'openai-compatible', base_url: upstream.url },
        down: { plugin: 'anthropic', base_url: REFUSED_URL, api_key: 'sk-ant-upstream-secret' },
        sandbox: { time_scale: 0 },
      },
      models: {
        native: { endpoints: ['claude/claude-sonnet-4-5'], fallbacks: [{ model: 'plain' }] },
        plain: { endpoints: ['chat/qwen3-8b'], fallbacks: [{ model: 'native' }] },
        gone: { endpoints: ['down/claude-sonnet-4-5'] },
        partly: { endpoints: ['down/claude-sonnet-4-5', 'claude/claude-sonnet-4-5'] },
      },
      routing: { strategy: 'priority' },
    },
  })
  anthropic = new Anthropic({ baseURL: router.url, apiKey: KEY, maxRetries: 0 })
  openai = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: KEY, maxRetries: 0 })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => upstream.clear())

const counts =
  (body: object): Behaviour =>
  ({ response }) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  }
const hello = [{ role: 'user' as const, content: 'Hello, how are you?' }]
const tools: Anthropic.Tool[] = [
  { name: 'get_weather', description: 'Tells the weather.', input_schema: WEATHER_SCHEMA },
]
const count = (model: string, more: Partial<Anthropic.MessageCountTokensParams> = {}) =>
  anthropic.messages.countTokens({ model, messages: hello, ...more }).withResponse()
const tokensOf = async (...of: Parameters<typeof count>): Promise<number> => (await count(...of)).data.input_tokens

describe('messages/count_tokens', () => {
  it('asks an endpoint that counts, with the body as it came', async () => {
    upstream.script('*', counts({ input_tokens: 4711, extra: 12345 }))
    const { data, response } = await count('native', { system: 'Be brief.', tools })
    expect(data).toEqual({ input_tokens: 4711, extra: 12345 })
    expect(response.headers.get('x-router-token-count')).toBeNull()
    expect(response.headers.get('x-router-endpoint')).toBe('claude/claude-sonnet-4-5')
    expect(upstream.requests).toHaveLength(1)
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/messages/count_tokens' })
    expect(upstream.requests[0]?.json).toEqual({
      model: 'claude-sonnet-4-5',
      messages: hello,
      system: 'Be brief.',
      tools,
    })
  })

  it('asks the next endpoint when the first is down', async () => {
    upstream.script('*', counts({ input_tokens: 12 }))
    expect(await tokensOf('partly')).toBe(12)
  })

  it('estimates where no endpoint of the model counts, and says so', async () => {
    const { data, response } = await count('plain')
    expect(data.input_tokens).toBeGreaterThan(8)
    expect(data.input_tokens).toBeLessThan(25)
    expect(response.headers.get('x-router-token-count')).toBe('estimate')
    expect(response.headers.get('x-router-endpoint')).toBe('chat/qwen3-8b')
    expect(upstream.requests).toHaveLength(0)
  })

  it('counts what would be sent: system, tools, thinking, images', async () => {
    const plain = await tokensOf('plain')
    expect(await tokensOf('plain', { system: 'You are a helpful assistant.' })).toBeGreaterThan(plain + 5)
    expect(await tokensOf('plain', { tools })).toBeGreaterThan(plain + 100)
    const image = {
      type: 'image' as const,
      source: { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL },
    }
    expect(
      await tokensOf('plain', {
        messages: [{ role: 'user', content: [image, { type: 'text', text: 'Hello, how are you?' }] }],
      }),
    ).toBe(plain + 1)
  })

  it('estimates when every endpoint is down, limited or broken', async () => {
    for (const model of ['gone', 'native']) {
      upstream.script('*', faults.rateLimited(30))
      const { data, response } = await count(model)
      expect(data.input_tokens).toBeGreaterThan(8)
      expect(response.headers.get('x-router-token-count')).toBe('estimate')
    }
  })

  it('holds nothing that happens to a count against chats', async () => {
    upstream.script('*', faults.status(500))
    for (let i = 0; i < 6; i++) await count('native')
    upstream.clear()
    const message = await anthropic.messages.create({ model: 'native', max_tokens: 9, messages: hello })
    expect(message.type).toBe('message')
    expect(upstream.requests.at(-1)?.path).toBe('/v1/messages')
    expect(upstream.requests.at(-1)?.json.model).toBe('claude-sonnet-4-5')
  })

  it('refuses what is no request, and a model that is not there', async () => {
    await expect(anthropic.messages.countTokens({ model: 'plain', messages: [] })).rejects.toMatchObject({
      status: 400,
    })
    await expect(count('nobody-has-this')).rejects.toMatchObject({ status: 404 })
  })

  it('is answered by the sandbox', async () => {
    const { data, response } = await count('sandbox/fast')
    expect(data.input_tokens).toBeGreaterThan(5)
    expect(response.headers.get('x-router-token-count')).toBeNull()
  })
})

describe('responses/input_tokens', () => {
  it('asks an endpoint that counts', async () => {
    upstream.script('*', counts({ object: 'response.input_tokens', input_tokens: 99 }))
    const data = await openai.responses.inputTokens.count({ model: 'gpt/gpt-4o', input: 'Hello' })
    expect(data).toEqual({ object: 'response.input_tokens', input_tokens: 99 })
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/responses/input_tokens' })
  })

  it('estimates for any other', async () => {
    const { data, response } = await openai.responses.inputTokens
      .count({ model: 'plain', instructions: 'Be brief.', input: [{ role: 'user', content: 'Hello, how are you?' }] })
      .withResponse()
    expect(data).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) })
    expect(data.input_tokens).toBeGreaterThan(10)
    expect(response.headers.get('x-router-token-count')).toBe('estimate')
  })
})
