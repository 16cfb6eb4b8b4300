/** Prices that change on a day, or with the hour, decide who is the cheapest now, and what a call is recorded to cost. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const HOUR_MS = 3_600_000
const USAGE = { input: 1000, output: 1000 }

const dayIn = (days: number): string => new Date(Date.now() + 24 * days * HOUR_MS).toISOString().slice(0, 10)
/** In UTC, from now. */
const hours = (from: number, to: number): string =>
  [from, to].map((offset) => new Date(Date.now() + offset * HOUR_MS).toISOString().slice(11, 16)).join('-')

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  upstream.script('m', reply({ usage: USAGE }))
  const provider = (rate: number, ...tiers: object[]) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: rate, completion: rate, tiers },
  })
  router = await startRouter({
    config: {
      providers: {
        'dearer-since': provider(1, { from: dayIn(-2), prompt: 10, completion: 10 }),
        'cheaper-from': provider(5, { from: dayIn(2), factor: 0.1 }),
        'off-peak': provider(8, { hours: hours(-2, 2), factor: 0.25 }),
        peak: provider(3, { hours: hours(5, 9), factor: 0.1 }),
      },
      models: {
        'by-day': { endpoints: ['dearer-since/m', 'cheaper-from/m'] },
        'by-hour': { endpoints: ['peak/m', 'off-peak/m'] },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it.each([
  ['by-day', 'cheaper-from', 5],
  ['by-hour', 'off-peak', 2],
])('%s: %s is the cheapest, at $%s per million', async (model, provider, rate) => {
  const body = { model, provider: { sort: 'price' }, messages: [{ role: 'user', content: 'hi' }] }
  const { headers } = await send(`${router.url}/v1/chat/completions`, { body })
  expect(headers['x-router-endpoint']).toBe(`${provider}/m`)
  const { total_cost } = await generation(router.url, String(headers['x-generation-id']))
  expect(total_cost).toBeCloseTo((rate * (USAGE.input + USAGE.output)) / 1e6, 8)
})

it('shows when which rates hold', async () => {
  const { json } = await send(`${router.url}/v1/models/by-day/endpoints`)
  const tiers = [{ from: dayIn(-2), prompt: '0.00001' }]
  expect(json?.data).toMatchObject({ endpoints: [{ pricing_tiers: tiers }, {}] })
  const { stdout } = await router.cli('models', '--json')
  const { models } = JSON.parse(stdout) as { models: { name: string; endpoints: object[] }[] }
  const { endpoints } = models.find(({ name }) => name === 'by-hour')!
  expect(endpoints[1]).toMatchObject({ price_tiers: [{ hours: expect.stringMatching(/^\d\d:\d\d-/), factor: 0.25 }] })
})
