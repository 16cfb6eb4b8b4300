/** What a router logs of real requests, `router replay --log` can judge. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
    api_key: 'sk-up',
    price: { prompt: price, completion: price },
  })
  router = await startRouter({
    config: {
      providers: { cheap: provider(1), dear: provider(100) },
      models: { small: { endpoints: ['dear/m', { provider: 'cheap', model: 'm', weight: 3 }] } },
      routing: { strategy: 'weighted' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it('from requests over sockets to estimates', async () => {
  const ask = async (times: number, more: Json = {}) => {
    const body = { model: 'small', messages: [{ role: 'user', content: 'hi' }], ...more }
    for (let i = 0; i < times; i++) expect((await send(`${router.url}/v1/chat/completions`, { body })).status).toBe(200)
  }
  await ask(160)
  await ask(2, { provider: { order: ['dear'] } })
  await ask(3, { provider: { sort: 'price' } })
  await ask(4, { provider: { preferred_max_latency: 60 } })
  await ask(5, { provider: { only: ['cheap'] } })
  // The first one of a conversation is free to go anywhere.
  await ask(7, { session_id: 'talk' })
  router.signal('SIGTERM')
  await router.exited

  const log = join(router.stateDirectory, 'outcomes')
  const { code, stdout } = await router.cli(
    'replay',
    '--log',
    log,
    '--since',
    '1h',
    '-s',
    'weighted,price,priority,round-robin,exacto,usage,litellm-latency',
    '--json',
  )
  expect(code).toBe(0)
  const report = JSON.parse(stdout)
  expect(report.log).toMatchObject({
    requests: 181,
    rows: 161,
    left_out: { order: 2, sort: 3, threshold: 4, one_candidate: 5, affinity: 6 },
  })
  expect(report.logged.strategies).toEqual({ weighted: 161 })
  const [weighted, price, priority, ...others] = report.strategies
  // The strategy at work, asked again, decides as it did.
  expect(weighted).toMatchObject({ evaluated: true, changed_share: expect.closeTo(0, 9), ess: expect.closeTo(161, 6) })
  expect(weighted.difference_s.value).toBeCloseTo(0, 9)
  expect(price).toMatchObject({ evaluated: true, success_rate: { value: expect.closeTo(1, 6) } })
  expect(price.cost_usd.value).toBeLessThan(report.logged.cost_usd.value)
  // It would always take the dear one, of which a quarter of the log speaks.
  expect(priority).toMatchObject({ evaluated: false, reason: expect.stringContaining('effective sample size') })
  // Half of round-robin's decisions go to the endpoint that has three quarters of the log. All that the others rank by
  // is on record.
  expect(others[0]).toMatchObject({ name: 'round-robin', evaluated: true, changed_share: expect.closeTo(0.5, 1) })
  for (const { reason = '' } of others) expect(reason).not.toContain('does not hold')
})
