/**
 * Each fault of an upstream, over real sockets, with a healthy endpoint behind the faulty one: in every pair of wires,
 * streaming and not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type DialectName, dialects } from '../helpers/dialects.ts'
import { EARLY_FAULTS, type Fault, kindOf, LATE_FAULTS } from '../helpers/fault-table.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const GOOD = 'Hello from the healthy endpoint.'
/** Two of the four pieces in which the faulty endpoint says its sentence. */
const SAID_BEFORE = 'Hello from t'
const PAIRS = [
  { client: 'openai', upstream: 'openai' },
  { client: 'openrouter', upstream: 'openai' },
  { client: 'openai', upstream: 'anthropic' },
  { client: 'anthropic', upstream: 'anthropic' },
  { client: 'anthropic', upstream: 'openai' },
] as const
type Pair = (typeof PAIRS)[number]
type Mode = 'stream' | 'whole'

const CASES = PAIRS.flatMap((pair) => (['stream', 'whole'] as const).map((mode) => ({ ...pair, mode })))
const FAULTS = [...EARLY_FAULTS, ...LATE_FAULTS]

/** Each case has a faulty endpoint of its own, so that no breaker or learned cap of one case touches another. */
const nameOf = ({ client, upstream, mode }: Pair & { mode: Mode }, fault: Fault): string =>
  `${client}-${upstream}-${mode}-${fault.name}`

let faulty: Upstream
let healthy: Upstream
let router: Router

beforeAll(async () => {
  faulty = await startUpstream()
  healthy = await startUpstream({ text: GOOD })
  const provider = (plugin: string, url: string) => ({ plugin, base_url: url, api_key: 'sk-upstream-secret' })
  const models = CASES.flatMap((each) =>
    FAULTS.map((fault) => {
      const name = nameOf(each, fault)
      faulty.script(name, fault.behaviour)
      const first = { provider: `faulty-${each.upstream}`, model: name, timeouts: fault.timeouts }
      return [name, { endpoints: [first, `healthy-${each.upstream}/good`] }]
    }),
  )
  router = await startRouter({
    config: {
      providers: {
        'faulty-openai': provider('openai-compatible', faulty.url),
        'healthy-openai': provider('openai-compatible', healthy.url),
        'faulty-anthropic': provider('anthropic', faulty.url),
        'healthy-anthropic': provider('anthropic', healthy.url),
      },
      models: Object.fromEntries(models),
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([faulty?.close(), healthy?.close()])
})

const SLIPS = LATE_FAULTS.filter(({ name }) => name === 'broken-tool-call')
const CUTS = LATE_FAULTS.filter((fault) => !SLIPS.includes(fault))

describe.each(CASES)('$client client, $upstream upstream, $mode', ({ client, upstream, mode }) => {
  const stream = mode === 'stream'
  const dialect = dialects[client as DialectName]
  const early = stream ? EARLY_FAULTS : FAULTS

  it.concurrent.each(early.map((fault) => [fault.name, fault] as const))(
    '%s: the healthy endpoint answers',
    async (_, fault) => {
      const name = nameOf({ client, upstream, mode } as Pair & { mode: Mode }, fault)
      const answer = await ask(router.url, client, name, stream)
      expect(answer.status, answer.text).toBe(200)
      expect(dialect.text(answer)).toBe(GOOD)
      expect(dialect.finish(answer)).toBe(client === 'anthropic' ? 'end_turn' : 'stop')
      expect(dialect.error(answer)).toBeUndefined()
      if (stream) expect(dialect.complete(answer)).toBe(true)
      expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
        { endpoint: `faulty-${upstream}/${name}`, kind: kindOf(fault, stream) },
        { endpoint: `healthy-${upstream}/good`, kind: 'ok' },
      ])
      expect(answer.headers).toMatchObject({
        'x-router-endpoint': `healthy-${upstream}/good`,
        'x-router-attempts': '2',
        'x-generation-id': expect.stringMatching(/^gen-\d+-/),
      })
      expect(Number(answer.headers['x-router-overhead-ms'])).toBeGreaterThanOrEqual(0)
    },
  )

  if (!stream) return
  // What the model wrote is no reason to cut what the client already reads.
  it.concurrent.each(SLIPS.map((fault) => [fault.name, fault] as const))(
    '%s: the answer goes on to its end',
    async (_, fault) => {
      const name = nameOf({ client, upstream, mode } as Pair & { mode: Mode }, fault)
      const answer = await ask(router.url, client, name, true)
      expect(answer.status).toBe(200)
      expect(dialect.error(answer)).toBeUndefined()
      expect(dialect.complete(answer)).toBe(true)
      expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
        { endpoint: `faulty-${upstream}/${name}`, kind: 'provider_malformed' },
      ])
    },
  )

  it.concurrent.each(CUTS.map((fault) => [fault.name, fault] as const))(
    '%s: an in-band error ends the answer',
    async (_, fault) => {
      const name = nameOf({ client, upstream, mode } as Pair & { mode: Mode }, fault)
      const answer = await ask(router.url, client, name, true)
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({
        'x-router-endpoint': `faulty-${upstream}/${name}`,
        'x-router-attempts': '1',
      })
      expect(dialect.error(answer)).toMatchObject({ message: expect.stringMatching(/\S/) })
      if (client === 'anthropic')
        expect(answer.events.at(-1)?.json).toMatchObject({ type: 'error', error: { type: expect.any(String) } })
      else expect(dialect.finish(answer)).toBe('error')
      expect(dialect.text(answer)).toBe(SAID_BEFORE)
      expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
        { endpoint: `faulty-${upstream}/${name}`, kind: kindOf(fault, true) },
      ])
    },
  )
})

describe('afterwards', () => {
  it('the same process still serves and no secret is in its output', async () => {
    expect(dialects.openai.text(await ask(router.url, 'openai', 'healthy-openai/good', false))).toBe(GOOD)
    expect(router.logs()).not.toContain('sk-upstream-secret')
  })

  it('every upstream request that hung was hung up on', async () => {
    const hanging = faulty.requests.filter(({ model }) => /hang|trickle/.test(model))
    expect(hanging).toHaveLength(CASES.length * 4)
    for (const { ended } of hanging) expect(await ended).toBe('aborted')
  })
})
