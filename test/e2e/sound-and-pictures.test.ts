/** Chats with sound and pictures: who is asked, and what the client gets. */
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { bytes } from '../helpers/upstream/bytes.ts'
import { sendJson } from '../helpers/upstream/reply.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  const options = { base_url: upstream.url, api_key: 'sk-upstream' }
  router = await startRouter({
    config: {
      providers: { claude: { plugin: 'anthropic', ...options }, main: { plugin: 'openai-compatible', ...options } },
      models: {
        talker: { endpoints: ['claude/first', 'main/second'] },
        writer: { endpoints: ['claude/first'] },
        painter: {
          endpoints: [{ provider: 'main', model: 'brush', price: { prompt: 1, completion: 2, image_completion: 30 } }],
        },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => upstream.clear())

const messages = [
  {
    role: 'user' as const,
    content: [
      { type: 'text' as const, text: 'What is said?' },
      { type: 'input_audio' as const, input_audio: { data: 'UklGRg==', format: 'wav' as const } },
    ],
  },
]
const sound = {
  modalities: ['text', 'audio'] as ('text' | 'audio')[],
  audio: { voice: 'alloy', format: 'wav' as const },
}

it('sound is asked of who can answer it', async () => {
  const audio = { id: 'audio_1', data: 'AAEC', transcript: 'Hello.', expires_at: 1 }
  const message = { role: 'assistant', content: null, audio }
  upstream.script('second', (exchange) =>
    sendJson(exchange, 200, {
      id: 'x',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    }),
  )
  const client = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const answer = await client.chat.completions.create({ model: 'talker', messages, ...sound })
  expect(answer.choices[0]!.message.audio).toEqual(audio)
  expect(upstream.requests.map(({ model }) => model)).toEqual(['second'])
  expect(upstream.requests[0]!.json).toMatchObject({ messages, ...sound })
})

it('sound that nobody can answer is refused, and says why', async () => {
  const answer = await send(`${router.url}/v1/chat/completions`, { body: { model: 'writer', messages, ...sound } })
  expect(answer.status).toBe(400)
  expect(answer.text).toMatch(/modalities.*anthropic-messages/)
  expect(upstream.requests).toHaveLength(0)
})

it.each(['/v1', '/api/v1'])('pictures come through %s as they are made, and are paid for', async (prefix) => {
  const image = { type: 'image_url', index: 0, image_url: { url: `data:image/png;base64,${'A'.repeat(300_000)}` } }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'gen-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'brush',
    choices: [{ index: 0, delta, finish_reason }],
  })
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 1000,
    total_tokens: 1010,
    completion_tokens_details: { image_tokens: 1000 },
  }
  const events = [
    chunk({ role: 'assistant', content: '', images: [image] }),
    chunk({}, 'stop'),
    { ...chunk({}), choices: [], usage },
  ]
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  upstream.script(
    'brush',
    bytes('text/event-stream', [text.slice(0, 100_000), text.slice(100_000), 'data: [DONE]\n\n']),
  )
  const client = new OpenAI({ baseURL: `${router.url}${prefix}`, apiKey: 'none', maxRetries: 0 })
  const { data, response } = await client.chat.completions
    .create({ model: 'painter', messages: [{ role: 'user', content: 'A lamp.' }], stream: true })
    .withResponse()
  const chunks = await collect(data)
  const images = chunks.flatMap(({ choices }) => (choices[0]?.delta as { images?: object[] } | undefined)?.images ?? [])
  expect(images).toEqual([image])
  const record = await generation(router.url, response.headers.get('x-generation-id'))
  expect(record).toMatchObject({ outcome: 'ok', total_cost: expect.closeTo((10 + 1000 * 30) / 1e6, 9) })
})
