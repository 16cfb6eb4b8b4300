/** Two attempts in a race for the first token, over real sockets. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { type Answered, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { type Behaviour, faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
/** Doubles nothing that answers within most of a minute. */
let patient: Router

const NAMES = ['slow', 'both-late', 'both-fail', 'first-fails', 'gone', 'tools', 'whole', 'cut', 'well']

beforeAll(async () => {
  upstream = await startUpstream()
  const model = (name: string) => [name, { endpoints: [`up/${name}-a`, `up/${name}-b`] }]
  const config = (minDelay: string) => ({
    providers: {
      up: {
        plugin: 'openai-compatible',
        base_url: upstream.url,
        api_key: 'sk-up',
        price: { prompt: 1, completion: 1 },
      },
    },
    models: Object.fromEntries(NAMES.map(model)),
    routing: {
      strategy: 'priority',
      hedging: { enabled: true, budget: 1, min_delay: minDelay },
      timeouts: { first_token: '1m' },
    },
  })
  router = await startRouter({ config: config('50ms') })
  patient = await startRouter({ config: config('50s') })
  await warmUp('well', router)
})
afterAll(async () => {
  await Promise.all([router?.stop(), patient?.stop()])
  await upstream?.close()
})
beforeEach(() => upstream.clear())

/** Quick answers, so that the 95th percentile of all endpoints lies below `min_delay`. */
async function warmUp(model: string, { url }: Router): Promise<void> {
  for (let i = 0; i < 20; i++) await send(`${url}/v1/chat/completions`, { body: bodyFor(model) })
}

const bodyFor = (model: string, more: Json = {}) => ({
  model,
  stream: true,
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
})
const ask = (model: string, more?: Json, { url } = router) =>
  send(`${url}/v1/chat/completions`, { body: bodyFor(model, more) })

const attemptsOf = async ({ url }: Router, { headers }: Answered) =>
  (await generation(url, headers['x-generation-id'])).attempts as Json[]

/** As the router has booked it so far. */
async function uptimesOf(model: string): Promise<unknown[]> {
  const report = await send(`${router.url}/api/v1/models/${model}/endpoints`)
  return (report.json as { data: { endpoints: Json[] } }).data.endpoints.map((endpoint) => endpoint.uptime_last_5m)
}

/** Waits for the request at the other endpoint, then does as `then` says. */
const after =
  (other: string, then: Behaviour): Behaviour =>
  async (exchange) => {
    await upstream.waitFor(1, other)
    await then(exchange)
  }

it('asks the next endpoint when the first token is late; the first to answer wins, the other is cancelled and booked', async () => {
  upstream.script('slow-a', faults.hangAfter(0))
  const answer = await ask('slow')
  expect(answer.status).toBe(200)
  expect(answer.headers['x-router-endpoint']).toBe('up/slow-b')
  expect(answer.headers['x-router-attempts']).toBe('2')
  expect(answer.text).toContain('[DONE]')
  expect(await upstream.requestsFor('slow-a')[0]?.ended).toBe('aborted')
  const attempts = await attemptsOf(router, answer)
  expect(attempts).toMatchObject([
    { endpoint: 'up/slow-a', outcome: 'caller_cancelled', output_tokens: 0, cost_usd: expect.any(Number) },
    { endpoint: 'up/slow-b', outcome: 'ok' },
  ])
  expect(Number(attempts[0]?.input_tokens)).toBeGreaterThan(0)
  const report = await send(`${router.url}/api/v1/models/slow/endpoints`)
  const endpoints = (report.json as { data: { endpoints: Json[] } }).data.endpoints
  expect(endpoints.map(({ status, uptime_last_5m: uptime }) => [status, uptime])).toEqual([
    [0, null],
    [0, 100],
  ])
})

it('lets the first win when it answers while the second is asked: the loser is late', async () => {
  upstream.script('both-late-a', after('both-late-b', reply()))
  upstream.script('both-late-b', faults.hangBeforeHead)
  const answer = await ask('both-late')
  expect(answer.headers['x-router-endpoint']).toBe('up/both-late-a')
  expect(answer.events.at(-1)?.data).toBe('[DONE]')
  expect(await upstream.requestsFor('both-late-b')[0]?.ended).toBe('aborted')
  expect(await attemptsOf(router, answer)).toMatchObject([
    { endpoint: 'up/both-late-b', outcome: 'caller_cancelled' },
    { endpoint: 'up/both-late-a', outcome: 'ok' },
  ])
})

it('goes on with the second when the first fails in the race', async () => {
  upstream.script('first-fails-a', after('first-fails-b', faults.status(500)))
  upstream.script('first-fails-b', async (exchange) => {
    while ((await uptimesOf('first-fails'))[0] !== 0) await upstream.requestsFor('first-fails-a')[0]?.ended
    await reply()(exchange)
  })
  const answer = await ask('first-fails')
  expect(answer.headers['x-router-endpoint']).toBe('up/first-fails-b')
  expect(upstream.requestsFor('first-fails-b')).toHaveLength(1)
  expect(await attemptsOf(router, answer)).toMatchObject([{ outcome: 'provider_error' }, { outcome: 'ok' }])
})

it('says what happened when both fail, within the budget of attempts', async () => {
  upstream.script('both-fail-a', after('both-fail-b', faults.status(500)))
  upstream.script('both-fail-b', faults.status(503))
  const answer = await ask('both-fail')
  expect(answer.status).toBe(502)
  expect(upstream.requests).toHaveLength(3)
})

it('cancels both when the client goes away', async () => {
  upstream.script('gone-a', faults.hangBeforeHead)
  upstream.script('gone-b', faults.hangBeforeHead)
  const controller = new AbortController()
  const asked = fetch(`${router.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(bodyFor('gone')),
    signal: controller.signal,
  }).catch((error: Error) => error.name)
  await upstream.waitFor(1, 'gone-b')
  controller.abort()
  expect(await asked).toBe('AbortError')
  expect(await Promise.all(upstream.requests.map(({ ended }) => ended))).toEqual(['aborted', 'aborted'])
})

it('tells the client in-band when the winner breaks off', async () => {
  upstream.script('cut-a', faults.hangBeforeHead)
  upstream.script('cut-b', faults.cutAfter(2))
  const answer = await ask('cut')
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('"finish_reason":"error"')
  expect(upstream.requests).toHaveLength(2)
})

it.each([
  ['a request with a server tool', 'tools', { tools: [{ type: 'web_search_preview' }] }],
  ['a request that does not stream', 'whole', { stream: false }],
])('never doubles %s', async (_, model, more) => {
  upstream.script(`${model}-a`, async (exchange) => {
    // Far beyond the delay: another request has been hedged meanwhile.
    await ask('slow')
    await reply()(exchange)
  })
  upstream.script('slow-a', faults.hangBeforeHead)
  const answer = await ask(model, more)
  expect(answer.headers['x-router-endpoint']).toBe(`up/${model}-a`)
  expect(upstream.requestsFor(`${model}-b`)).toHaveLength(0)
  expect(upstream.requestsFor('slow-b')).toHaveLength(1)
})

it('doubles nothing that answers in time', async () => {
  for (let i = 0; i < 5; i++) await ask('well', {}, patient)
  expect(upstream.requestsFor('well-b')).toHaveLength(0)
})

it('keeps within its budget: what cannot be hedged waits for its own endpoint', async () => {
  const other = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-up' } },
      models: { once: { endpoints: ['up/once-a', 'up/once-b'] }, quick: { endpoints: ['up/quick'] } },
      routing: {
        strategy: 'priority',
        hedging: { enabled: true, budget: 0.01, min_delay: '50ms' },
        timeouts: { first_token: '1m' },
      },
    },
  })
  try {
    await warmUp('quick', other)
    upstream.script('once-a', faults.hangBeforeHead)
    expect(await attemptsOf(other, await ask('once', {}, other))).toMatchObject([
      { outcome: 'caller_cancelled' },
      { outcome: 'ok' },
    ])
    const headers = { 'x-router-timeouts': 'first_token=3s' }
    const alone = await send(`${other.url}/v1/chat/completions`, { body: bodyFor('once'), headers })
    expect(await attemptsOf(other, alone)).toMatchObject([
      { outcome: 'provider_timeout_first_token' },
      { outcome: 'ok' },
    ])
  } finally {
    await other.stop()
  }
})
