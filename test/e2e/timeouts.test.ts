/** How long the router waits: at routing, at a model, at an endpoint, for one request; and what makes it wait on. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, startUpstream, type Upstream } from '../helpers/upstream.ts'

const EVENTS =
  'data: {"choices":[{"index":0,"delta":{"content":"Late."}}]}\n\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
const WHOLE = '{"choices":[{"index":0,"message":{"role":"assistant","content":"Late."},"finish_reason":"stop"}]}'

/** How long routing waits for an endpoint, and how long most here make it wait: whatever holds up the test is shorter. */
const LIMIT_MS = 4000
const LATE_MS = 6000

/** Says `sign` every 100 ms for so long, then answers. */
const aliveFor =
  (sign: string | undefined, ms = LATE_MS): Behaviour =>
  async ({ request, response }) => {
    if (sign !== undefined)
      response.writeHead(200, { 'content-type': request.stream ? 'text/event-stream' : 'application/json' })
    for (let waited = 0; waited < ms && !response.destroyed; waited += 100) {
      if (sign !== undefined) response.write(sign)
      await delay(100)
    }
    response.end(request.stream ? EVENTS : WHOLE)
  }

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream({ text: 'At once.' })
  upstream.script('silent', aliveFor(undefined))
  upstream.script('comments', aliveFor(': keep-alive\n\n'))
  upstream.script('pings', aliveFor('event: ping\ndata: {"type": "ping"}\n\n'))
  upstream.script('blanks', aliveFor('\n'))
  upstream.script('for-ever', aliveFor(': keep-alive\n\n', 60_000))
  const patient = { timeouts: { first_token: '1m', response: '1m' } }
  router = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: {
        'patient-model': { endpoints: ['up/silent'], ...patient },
        'patient-endpoint': {
          endpoints: [{ provider: 'up', model: 'silent', ...patient }],
          timeouts: { first_token: '1ms' },
        },
        hasty: {
          endpoints: ['up/silent', { provider: 'up', model: 'good', ...patient }],
          timeouts: { first_token: '100ms', response: '100ms' },
          strategy: 'priority',
        },
        'for-ever': {
          endpoints: ['up/for-ever', 'up/good'],
          timeouts: { alive: `${LATE_MS}ms` },
          strategy: 'priority',
        },
      },
      routing: {
        retries: { attempts: 2 },
        timeouts: { first_token: `${LIMIT_MS}ms`, response: `${LIMIT_MS}ms`, request_max: '1m' },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const attempts = async (answer: Awaited<ReturnType<typeof ask>>) =>
  attemptsOf(router.url, answer.headers['x-generation-id'])

describe.each([true, false])('stream: %s', (stream) => {
  it.concurrent.each(['patient-model', 'patient-endpoint'])('times at a %s beat those of routing', async (model) => {
    const answer = await ask(router.url, 'openai', model, stream)
    expect(dialects.openai.text(answer)).toBe('Late.')
    expect(await attempts(answer)).toEqual([{ endpoint: 'up/silent', kind: 'ok' }])
  })

  it.concurrent('shorter ones make room for the next endpoint sooner', async () => {
    const answer = await ask(router.url, 'openai', 'hasty', stream)
    expect(dialects.openai.text(answer)).toBe('At once.')
  })

  it.concurrent('a request asks for times of its own', async () => {
    const headers = { 'x-router-timeouts': 'first_token=50s, response=50s' }
    const body = dialects.openai.request('hasty', stream)
    expect(dialects.openai.text(await send(`${router.url}/v1/chat/completions`, { body, headers }))).toBe('Late.')
  })

  it.concurrent.each(stream ? ['comments', 'pings'] : ['blanks'])(
    'signs of life make the router wait on: %s',
    async (name) => {
      const answer = await ask(router.url, 'openai', `up/${name}`, stream)
      expect(dialects.openai.text(answer)).toBe('Late.')
      expect(await attempts(answer)).toEqual([{ endpoint: `up/${name}`, kind: 'ok' }])
    },
  )
})

it('but not without end', async () => {
  const answer = await ask(router.url, 'openai', 'for-ever', true)
  expect(dialects.openai.text(answer)).toBe('At once.')
  expect(await attempts(answer)).toEqual([
    { endpoint: 'up/for-ever', kind: 'provider_timeout_first_token' },
    { endpoint: 'up/good', kind: 'ok' },
  ])
})

it('what a request asks for and is not understood is told', async () => {
  const body = dialects.openai.request('hasty', true)
  const answer = await send(`${router.url}/v1/chat/completions`, {
    body,
    headers: { 'x-router-timeouts': 'first_token=soon' },
  })
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('x-router-timeouts')
})
