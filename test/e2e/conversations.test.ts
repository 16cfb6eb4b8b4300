/**
 * Conversations that are begun at one maker and go on at another: reasoning goes back to whoever made it, and to nobody
 * else.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kept, results, type Surface, speak } from '../helpers/conversation.ts'
import { MAKERS, type Maker } from '../helpers/makers.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  const providers = MAKERS.map(({ name, provider }) => [
    name,
    { ...provider, api_key: 'key-of-a-maker', base_url: upstream.url },
  ])
  router = await startRouter({
    config: { providers: Object.fromEntries(providers), models: { any: { endpoints: ['openai/openai'] } } },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const opening = {
  chat: [
    { type: 'text', text: 'Is it warm here?' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
  ],
  messages: [
    { type: 'text', text: 'Is it warm here?' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
  ],
  responses: [
    { type: 'input_text', text: 'Is it warm here?' },
    { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
  ],
  gemini: [{ text: 'Is it warm here?' }, { inlineData: { mimeType: 'image/png', data: PNG } }],
}
const request = {
  chat: { tools: ['f', 'g'].map((name) => ({ type: 'function', function: { name, parameters: SCHEMA } })) },
  messages: { max_tokens: 3000, tools: ['f', 'g'].map((name) => ({ name, input_schema: SCHEMA })) },
  responses: {
    store: false,
    include: ['reasoning.encrypted_content'],
    tools: ['f', 'g'].map((name) => ({ type: 'function', name, parameters: SCHEMA })),
  },
  gemini: { tools: [{ functionDeclarations: ['f', 'g'].map((name) => ({ name, parametersJsonSchema: SCHEMA })) }] },
}
const PATHS = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
  gemini: '/v1beta/models/',
}
const HISTORY = { chat: 'messages', messages: 'messages', responses: 'input', gemini: 'contents' }

const thoughtOf = (maker: Maker, turn: number): string => `thought ${turn} of ${maker.name}`
/** A thought as it is, and as its maker's signature hides it. */
const mentions = (body: string, thought: string): boolean =>
  body.includes(thought) ||
  body.includes(Buffer.from(thought).toString('base64url')) ||
  body.includes(Buffer.from(`signed: ${thought}`).toString('base64')) ||
  body.includes(Buffer.from(`encrypted: ${thought}`).toString('base64'))

interface Client {
  readonly surface: Surface
  readonly stream: boolean
}

/**
 * Three turns: two calls at once at `first`, one more at `second`, the answer at `first` again. What was sent in each.
 */
async function converse(first: Maker, second: Maker, { surface, stream }: Client): Promise<string[]> {
  const isGemini = surface === 'gemini'
  const messages: Json[] = [{ role: 'user', [isGemini ? 'parts' : 'content']: opening[surface] }]
  const turns = [
    {
      maker: first,
      calls: [
        { id: 'call_0', name: 'f' },
        { id: 'call_1', name: 'g' },
      ],
      said: '',
    },
    { maker: second, calls: [{ id: 'call_0', name: 'f' }], said: 'One more.' },
    { maker: first, calls: [], said: 'It is warm.' },
  ]
  const sent: string[] = []
  for (const [at, { maker, calls, said }] of turns.entries()) {
    upstream.script(maker.name, speak(maker, thoughtOf(maker, at), calls, said))
    const before = upstream.requests.length
    const model = `${maker.name}/${maker.name}`
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
    const response = await fetch(router.url + PATHS[surface] + (isGemini ? `${model}:${method}` : ''), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...request[surface],
        ...(!isGemini && { model, stream }),
        [HISTORY[surface]]: messages,
      }),
    })
    const answer = await response.text()
    expect(response.status, `turn ${at + 1}: ${answer}`).toBe(200)
    sent.push(upstream.requests[before]!.body.toString())
    const items = kept(surface, stream, answer)
    messages.push(...items, ...results(surface, items, 'Go on.'))
  }
  return sent
}

const clients: Client[] = (['chat', 'messages', 'responses', 'gemini'] as const).flatMap((surface) =>
  [false, true].map((stream) => ({ surface, stream })),
)

describe.each(clients)('a $surface client, stream: $stream', (client) => {
  describe.each(MAKERS)('begins at $name', (first) => {
    it.each(MAKERS)('and goes on at $name', async (second) => {
      const [, elsewhere, back] = await converse(first, second, client)
      const areKin = first.family !== undefined && first.family === second.family
      if (second !== first && !areKin) {
        expect(mentions(elsewhere!, thoughtOf(first, 0)), elsewhere).toBe(false)
        expect(mentions(back!, thoughtOf(second, 1)), back).toBe(false)
      }
      // OpenAI's reasoning never leaves it.
      if (first.name !== 'openai') expect(mentions(back!, thoughtOf(first, 0)), back).toBe(true)
      expect(back).not.toMatch(/router\.1\./)
    })
  })
})
