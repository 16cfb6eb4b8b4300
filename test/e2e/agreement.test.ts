/** The second answer of `verify: agreement` is asked for along with the first, over real sockets. */
import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { type Answered, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { type Behaviour, faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

const selector = (from: string, ...verify: Json[]) => ({
  select: { from: [from, 'strong'], min_quality: 1, verify: verify.map((check) => ({ ...check, reliability: 0.999 })) },
})

beforeAll(async () => {
  upstream = await startUpstream()
  const provider = (prompt: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt, completion: prompt },
  })
  const agreement = { check: 'agreement' }
  router = await startRouter({
    config: {
      providers: { low: provider(1), high: provider(20) },
      models: {
        // The first answer comes from `one`, whose weight decides while nobody is busy, the second from `two`.
        pair: {
          strategy: 'least-busy',
          endpoints: [
            { provider: 'low', model: 'one', weight: 1_000_000_000 },
            { provider: 'low', model: 'two', weight: 1 },
          ],
        },
        strong: { endpoints: ['high/strong'] },
        auto: selector('pair', agreement),
        slow: selector('pair', { ...agreement, parallel: false }),
        late: selector('pair', { check: 'schema' }, agreement),
        eager: selector('pair', { check: 'schema' }, { ...agreement, parallel: true }),
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => upstream.clear())

const SCHEMA = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
const FORMAT = { response_format: { type: 'json_schema', json_schema: { name: 'person', schema: SCHEMA } } }

const bodyOf = (model: string, more: Json = {}) => ({ model, messages: [{ role: 'user', content: 'who?' }], ...more })
const ask = (model: string, more: Json = {}, headers = {}): Promise<Answered> =>
  send(`${router.url}/v1/chat/completions`, { body: bodyOf(model, more), headers })
const endpointOf = ({ headers }: Answered) => headers['x-router-endpoint']
const recordOf = async (answer: Answered) =>
  (await generation(router.url, answer.headers['x-generation-id'])) as {
    total_cost: number
    attempts: { endpoint: string; outcome: string; cost_usd: number }[]
    selection: { checks?: Json[] }
  }

/** Answers once the other endpoint has been asked, too. */
const after =
  (other: string, text: string): Behaviour =>
  async (exchange) => {
    await upstream.waitFor(1, other)
    await reply({ text })(exchange)
  }
const silence: Behaviour = () => undefined

it.each([[false], [true]])('asks for both answers at once (stream: %s)', async (stream) => {
  upstream.script('one', after('two', 'Paris.'))
  upstream.script('two', after('one', 'paris'))
  const answer = await ask('auto', { stream })
  expect(endpointOf(answer)).toBe('low/one')
  const { attempts, selection } = await recordOf(answer)
  expect(selection.checks).toMatchObject([{ check: 'agreement', passed: true, cost_usd: attempts[0]!.cost_usd }])
})

it.each([[false], [true]])('asks the better model where they differ (stream: %s)', async (stream) => {
  upstream.script('one', after('two', 'Paris'))
  upstream.script('two', after('one', 'London'))
  upstream.script('strong', reply({ text: 'Rome' }))
  const answer = await ask('auto', { stream })
  expect(endpointOf(answer)).toBe('high/strong')
  expect((await recordOf(answer)).selection.checks).toMatchObject([{ passed: false, escalated: true }])
  expect(upstream.requests).toHaveLength(3)
})

it.each(['slow', 'late'])(
  'asks one after the other where that is wanted, or another check comes before: %s',
  async (model) => {
    const asked: number[] = []
    upstream.script('one', async (exchange) => {
      await reply({ text: '{"name":"Ada"}' })(exchange)
      asked.push(upstream.requests.length)
    })
    const { selection } = await recordOf(await ask(model, FORMAT))
    expect(selection.checks!.at(-1)).toMatchObject({ check: 'agreement', passed: true })
    expect(asked[0]).toBe(1)
    expect(upstream.requests).toHaveLength(2)
  },
)

it('ends the second answer where another check has failed', async () => {
  upstream.script('one', after('two', '{}'))
  upstream.script('two', silence)
  upstream.script('strong', reply({ text: '{"name":"Ada"}' }))
  const answer = await ask('eager', FORMAT)
  expect(endpointOf(answer)).toBe('high/strong')
  expect(await upstream.requestsFor('two')[0]!.ended).toBe('aborted')
  expect((await recordOf(answer)).selection.checks).toMatchObject([{ check: 'schema', passed: false }])
})

it('lets the answer out where the second hangs until the time is over', async () => {
  upstream.script('one', after('two', 'Paris'))
  upstream.script('two', silence)
  const answer = await ask('auto', {}, { 'x-router-timeouts': 'total=3s' })
  expect([answer.status, endpointOf(answer)]).toEqual([200, 'low/one'])
  expect(await upstream.requestsFor('two')[0]!.ended).toBe('aborted')
  expect((await recordOf(answer)).selection.checks![0]!.passed).toBeUndefined()
})

it('ends the second where the first hangs until the time is over', async () => {
  upstream.script('one', silence)
  upstream.script('two', silence)
  const answer = await ask('auto', {}, { 'x-router-timeouts': 'total=3s' })
  expect(answer.status).toBeGreaterThan(500)
  expect(await Promise.all(upstream.requests.map(({ ended }) => ended))).toEqual(['aborted', 'aborted'])
})

it('lets the answer out where the second fails', async () => {
  upstream.script('one', after('two', 'Paris'), faults.status(400))
  upstream.script('two', faults.status(400))
  const answer = await ask('auto')
  expect(endpointOf(answer)).toBe('low/one')
  expect((await recordOf(answer)).selection.checks).toMatchObject([{ detail: 'it gave no second answer' }])
})

it('compares with who answers in place of the first', async () => {
  upstream.script('one', faults.status(500))
  upstream.script('two', reply({ text: 'Paris' }))
  const answer = await ask('auto')
  expect(endpointOf(answer)).toBe('low/two')
  expect((await recordOf(answer)).selection.checks).toMatchObject([{ check: 'agreement', passed: true }])
})

it('asks the better model where both fail, and checks nothing', async () => {
  upstream.script('one', faults.status(500))
  upstream.script('two', faults.status(500))
  upstream.script('strong', reply({ text: 'Rome' }))
  const answer = await ask('auto')
  expect(endpointOf(answer)).toBe('high/strong')
  expect((await recordOf(answer)).selection.checks).toBeUndefined()
})

it('cancels both when the client leaves', async () => {
  upstream.script('one', silence)
  upstream.script('two', silence)
  const client = request(`${router.url}/v1/chat/completions`, { method: 'POST', agent: false })
  client.on('error', () => {})
  client.end(JSON.stringify(bodyOf('auto')))
  const asked = await Promise.all([upstream.waitFor(1, 'one'), upstream.waitFor(1, 'two')])
  client.destroy()
  expect(await Promise.all(asked.map(({ ended }) => ended))).toEqual(['aborted', 'aborted'])
})
