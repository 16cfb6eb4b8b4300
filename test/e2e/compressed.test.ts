/** Upstreams that compress although they are asked not to. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, startUpstream, type Upstream } from '../helpers/upstream.ts'

const compressed =
  (status: number, type: string, text: string): Behaviour =>
  ({ response }) =>
    response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(text))

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Plain.' })
  const provider = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream-secret' })
  const providers = { one: provider('openai'), two: provider('anthropic'), three: provider('openai-compatible') }
  const models = { m: { endpoints: ['one/m', 'two/plain'] } }
  router = await startRouter({ config: { providers, models, routing: { strategy: 'priority' } } })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it.each([true, false])('are asked not to, and passed over when they do, stream: %s', async (stream) => {
  upstream.script('m', compressed(200, stream ? 'text/event-stream' : 'application/json', stream ? 'data: [DONE]\n\n' : '{"choices":[]}'))
  const answer = await ask(router.url, 'openai', 'm', stream)
  expect(dialects.openai.text(answer)).toBe('Plain.')
  expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
    { endpoint: 'one/m', kind: 'provider_malformed' },
    { endpoint: 'two/plain', kind: 'ok' },
  ])
  await ask(router.url, 'openai', 'three/plain', stream)
  expect(upstream.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(upstream.requests.map(() => 'identity'))
})

it('are classified by their status, and the client is spared the bytes', async () => {
  upstream.script('limited', compressed(429, 'application/json', '{"error":{"message":"slow down"}}'))
  const answer = await ask(router.url, 'openai', 'one/limited', false)
  expect(answer.status).toBe(503)
  expect(answer.json).toMatchObject({ error: { message: expect.stringContaining('HTTP 429 with an empty body') } })
})
