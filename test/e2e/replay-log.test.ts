/** What a router logs of real requests, `router replay --log` can judge. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { BUILT_IN } from '../../src/plugins/built-in.ts'
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

it('judges every strategy of the tree, as documented', async () => {
  const docs = await readFile(new URL('../../docs/replay.md', import.meta.url), 'utf8')
  const command = /^router (replay --log \.router\/outcomes .*)$/m.exec(docs)?.[1]?.split(' ') ?? []
  const example = parse(/```yaml\n(routing:[^`]*exploration[^`]*)```/.exec(docs)?.[1] ?? '')
  expect(example.routing.strategy.plugin).toBe('adaptive')

  const provider = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-up' }
  const priced = { ...provider, price: { prompt: 1, completion: 1 } }
  const limited = (id: string) => ({ provider: id, model: 'm', limits: { rpm: 100_000, tpm: 1e9 } })
  const other = await startRouter({
    config: {
      ...example,
      providers: { a: priced, b: priced },
      models: { small: { endpoints: [limited('a'), limited('b')] } },
    },
  })
  try {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const kinds: Json[] = [
      {},
      { stream: true },
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } },
      { tools: [{ type: 'function', function: { name: 'get_weather', parameters: schema } }], stream: true },
    ]
    for (let i = 0; i < 240; i++) {
      const body = { model: 'small', messages: [{ role: 'user', content: `hi ${i}` }], ...kinds[i % kinds.length] }
      expect((await send(`${other.url}/v1/chat/completions`, { body })).status).toBe(200)
    }
    other.signal('SIGTERM')
    await other.exited

    const log = join(other.stateDirectory, 'outcomes')
    const args = command.map((argument) => (argument === '.router/outcomes' ? log : argument))
    const documented = await other.cli(...args)
    expect(documented).toMatchObject({ code: 0, stdout: expect.stringContaining('adaptive') })

    const names = Object.keys(BUILT_IN.strategy)
    const { code, stdout } = await other.cli('replay', '--log', log, '-s', names.join(','), '--json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report.log).toMatchObject({ requests: 240, rows: 240 })
    // Too few requests to judge some of them by, but nothing that they rank by is missing.
    for (const { name, reason = '' } of report.strategies)
      expect(`${name}: ${reason}`).not.toMatch(/does not hold|failed|sum to|do not fit/)
    expect(report.strategies.map(({ name }: Json) => name)).toEqual(names)
    // The one at work, asked again from the log, gives the chances that it gave.
    const again = report.strategies.find(({ name }: Json) => name === 'adaptive')
    expect(again).toMatchObject({ evaluated: true, changed_share: expect.closeTo(0, 3) })
    expect(again.difference_s.value).toBeCloseTo(0, 3)
  } finally {
    await other.stop()
  }
})
