/** What a client is told when no endpoint is left, and when the fault is its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSED_URL, startResetting, startUnaccepting, UNRESOLVABLE_URL } from '../helpers/dead-ends.ts'
import { ask, type DialectName, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

const DIALECTS = ['openai', 'openrouter', 'anthropic'] as const
const CASES = DIALECTS.flatMap((client) => [true, false].map((stream) => ({ client, stream })))

/**
 * Status for the client, words of the upstream's own reason, the outcome of each attempt. What cannot pass soon is
 * tried once per endpoint.
 */
const FAILURES: readonly [
  model: string,
  behaviour: Behaviour,
  status: number,
  reason: RegExp,
  kind: string,
  attempts: number,
][] = [
  ['all-500', faults.status(500), 502, /The server had an error/, 'provider_error', 3],
  ['all-401', faults.status(401), 502, /Incorrect API key/, 'provider_auth', 2],
  ['all-402', faults.status(402), 502, /Insufficient balance/, 'provider_billing', 2],
  ['all-billing', faults.billingAs400, 502, /Billing hard limit/, 'provider_billing', 2],
  ['all-404', faults.status(404), 404, /does not exist/, 'provider_not_found', 2],
  ['all-empty', faults.empty, 502, /empty|no output|without any output/, 'provider_empty', 3],
  ['all-reset', faults.reset, 502, /connection/i, 'provider_network', 3],
  ['all-html', faults.htmlError(502), 502, /Bad Gateway|502/, 'provider_error', 3],
  ['all-429', faults.rateLimited(17), 503, /Rate limit reached/, 'provider_rate_limited', 2],
  ['all-529', faults.status(529), 503, /Overloaded|currently overloaded/, 'provider_overloaded', 3],
]

let upstream: Upstream
let healthy: Upstream
let router: Router
let ends: { url: string; close(): Promise<void> }[]

beforeAll(async () => {
  ends = [await startResetting(), await startUnaccepting()]
  upstream = await startUpstream()
  healthy = await startUpstream({ text: 'Hello from the healthy endpoint.' })
  const provider = (url: string) => ({ plugin: 'openai-compatible', base_url: url, api_key: 'sk-upstream-secret' })
  const models: [string, unknown][] = CASES.flatMap(({ client, stream }) =>
    FAILURES.map(([model, behaviour]): [string, unknown] => {
      const name = `${model}-${client}-${stream}`
      upstream.script(name, behaviour)
      return [name, { endpoints: [`first/${name}`, `second/${name}`] }]
    }),
  )
  upstream.script('bad-request', faults.status(400))
  router = await startRouter({
    config: {
      providers: {
        first: provider(upstream.url),
        second: provider(upstream.url),
        healthy: provider(healthy.url),
        refused: provider(REFUSED_URL),
        unresolvable: provider(UNRESOLVABLE_URL),
        resetting: provider(ends[0]?.url ?? ''),
        unaccepting: provider(ends[1]?.url ?? ''),
      },
      models: {
        ...Object.fromEntries(models),
        'bad-request': { endpoints: ['first/bad-request', 'first/good'] },
        ...Object.fromEntries(
          ['refused', 'unresolvable', 'resetting', 'unaccepting'].map((id) => [
            id,
            { endpoints: [`${id}/any`, 'healthy/good'] },
          ]),
        ),
      },
      routing: { strategy: 'priority', timeouts: { connect: '3s' } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([upstream?.close(), healthy?.close(), ...(ends ?? []).map((end) => end.close())])
})

describe.each(CASES)('$client, stream: $stream', ({ client, stream }) => {
  it.each(FAILURES)('%s', async (model, _, status, reason, kind, attempts) => {
    const answer = await ask(router.url, client, `${model}-${client}-${stream}`, stream)
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expectDialect(client, answer.json, status, reason)
    if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    const kinds = (await attemptsOf(router.url, answer.headers['x-generation-id'])).map(({ kind }) => kind)
    expect(kinds).toEqual(Array.from({ length: attempts }, () => kind))
    expect(answer.text).not.toContain('sk-upstream-secret')
  })

  it("a caller's own mistake comes straight back, and no other endpoint of the same provider is asked", async () => {
    const isGood = ({ model }: { model: string }) => model === 'good'
    const answer = await ask(router.url, client, 'bad-request', stream)
    expectDialect(client, answer.json, 400, /Invalid value for 'temperature'/)
    expect(answer.status).toBe(400)
    expect(upstream.requests.filter(isGood)).toEqual([])
    const attempts = await attemptsOf(router.url, answer.headers['x-generation-id'])
    expect(attempts).toEqual([{ endpoint: 'first/bad-request', kind: 'caller_invalid' }])
  })
})

describe.each([
  ['refused', /^provider_network$/],
  ['unresolvable', /^provider_network$/],
  ['resetting', /^provider_network$/],
  ['unaccepting', /^provider_timeout_connect$/],
])('an upstream that is %s', (model, kind) => {
  it.runIf(model !== 'unaccepting' || process.platform === 'linux').each([true, false])(
    'is passed over, stream: %s',
    async (stream) => {
      const answer = await ask(router.url, 'openai', model, stream)
      expect(dialects.openai.text(answer)).toBe('Hello from the healthy endpoint.')
      const [first] = await attemptsOf(router.url, answer.headers['x-generation-id'])
      expect(first).toEqual({ endpoint: `${model}/any`, kind: expect.stringMatching(kind) })
    },
  )

  it.runIf(model !== 'unaccepting' || process.platform === 'linux')(
    'is told of, without its address, when there is no other',
    async () => {
      const answer = await ask(router.url, 'openai', `${model}/alone`, false)
      expect(answer.status).toBe(502)
      expect(answer.json).toMatchObject({ error: { message: expect.stringMatching(/connect|host/i) } })
      expect(answer.text).not.toMatch(/127\.0\.0\.1/)
    },
  )
})

function expectDialect(client: DialectName, body: unknown, status: number, reason: RegExp): void {
  const message = expect.stringMatching(reason)
  if (client === 'anthropic')
    expect(body).toMatchObject({ type: 'error', error: { type: expect.stringMatching(/_error$/), message } })
  else if (client === 'openrouter') expect(body).toMatchObject({ error: { code: status, message } })
  else expect(body).toMatchObject({ error: { message, type: expect.any(String) } })
  const code = (body as { error: { code?: unknown } }).error.code
  if (client === 'openai') expect(code === null || typeof code === 'string').toBe(true)
}
