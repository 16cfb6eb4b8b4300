/** A client asks for quality first, by the model's name or by `provider.sort`, whatever the model's own strategy. */
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const provider = (price: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: price, completion: price },
  })
  router = await startRouter({
    config: {
      providers: { dear: provider(2000), cheap: provider(1) },
      models: {
        small: { endpoints: ['dear/small', 'cheap/small'], strategy: 'priority' },
        large: { endpoints: ['dear/large'], strategy: 'priority' },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (body: Json, path = '/v1/chat/completions') =>
  send(`${router.url}${path}`, { body: { messages: [{ role: 'user', content: 'hi' }], ...body } })

test.each<[string, Json]>([
  ['the model’s name', { model: 'small:exacto' }],
  ['the last of several suffixes', { model: 'small:floor:exacto' }],
  ['provider.sort', { model: 'small', provider: { sort: 'exacto' } }],
  ['provider.sort.by', { model: 'small', provider: { sort: { by: 'exacto' } } }],
  ['one list over all models', { models: ['large', 'small'], provider: { sort: { by: 'exacto', partition: 'none' } } }],
])('by %s', async (_, body) => {
  const answer = await ask(body)
  expect(answer.status).toBe(200)
  expect(answer.headers['x-router-endpoint']).toBe('cheap/small')
  const report = await generation(router.url, answer.headers['x-generation-id'])
  expect(report.strategy).toBe('sort:exacto')
  const [first] = report.candidates as { why: string; score: number; propensity: number }[]
  // Nothing has been measured: all are in the middle tier, in which the expected cost decides.
  expect(first).toMatchObject({ why: expect.stringMatching(/^not enough data/), score: 1, propensity: 1 })
})

it('is the model’s own strategy otherwise', async () => {
  expect((await ask({ model: 'small' })).headers['x-router-endpoint']).toBe('dear/small')
})

it('is one of a closed list', async () => {
  const refused = await ask({ model: 'small', provider: { sort: 'exactly' } }, '/api/v1/chat/completions')
  expect(refused.status).toBe(400)
  expect(refused.json).toMatchObject({ error: { message: expect.stringContaining('"exacto"') } })
})
