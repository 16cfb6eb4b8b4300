/**
 * `x-request-id` and `traceparent`: in from the client, back to it, on to upstreams that shall have them, and on
 * record.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../helpers/dialects.ts'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const TRACE = { 'x-request-id': 'client-7', traceparent: TRACEPARENT, tracestate: 'congo=t61' }

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  const provider = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  router = await startRouter({
    config: {
      providers: { ours: { ...provider, trace_headers: true }, theirs: provider },
      models: { m: { endpoints: ['ours/m'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (model: string, stream: boolean, headers: Record<string, string> = {}) =>
  send(`${router.url}/v1/chat/completions`, { body: dialects.openai.request(model, stream), headers })

const sent = async (nth: number) => {
  const { headers } = await upstream.waitFor(nth)
  return [headers['x-request-id'], headers.traceparent, headers.tracestate]
}

it.each([true, false])('goes there and back (stream: %s)', async (stream) => {
  upstream.clear()
  upstream.script('m', reply({ text: 'Fine.', headers: { 'x-request-id': 'req_of_theirs' } }))
  const answer = await ask('ours/m', stream, TRACE)
  expect([answer.status, answer.headers['x-request-id']]).toEqual([200, 'client-7'])
  expect(await sent(1)).toEqual(['client-7', TRACEPARENT, 'congo=t61'])
  const record = await generation(router.url, answer.headers['x-generation-id'])
  expect(record).toMatchObject({
    request_id: 'client-7',
    traceparent: TRACEPARENT,
    attempts: [{ request_id: 'req_of_theirs' }],
  })
  const { stdout } = await router.cli('explain', String(answer.headers['x-generation-id']))
  for (const text of ['client-7', TRACEPARENT, 'req_of_theirs']) expect(stdout).toContain(text)
})

it('is kept from those who are not to have it', async () => {
  upstream.clear()
  upstream.script('m', reply({ text: 'Fine.' }))
  await ask('theirs/m', false, TRACE)
  expect(await sent(1)).toEqual([undefined, undefined, undefined])
})

it('has the id of the generation where the client names none', async () => {
  upstream.clear()
  upstream.script('m', reply({ text: 'Fine.' }))
  const { headers } = await ask('ours/m', false, { 'x-request-id': 'two ids', traceparent: 'nonsense' })
  expect(headers['x-request-id']).toBe(headers['x-generation-id'])
  expect(await sent(1)).toEqual([headers['x-generation-id'], undefined, undefined])
})

it.each(['/v1/models', '/v1/generation?id=gen-1-none', '/nowhere'])('comes back from %s as well', async (path) => {
  expect((await send(`${router.url}${path}`, { headers: TRACE })).headers['x-request-id']).toBe('client-7')
})

it('comes back with errors', async () => {
  const named = await ask('no-such-model', false, TRACE)
  expect([named.status, named.headers['x-request-id']]).toEqual([404, 'client-7'])
  const unnamed = await ask('no-such-model', false)
  expect(unnamed.headers['x-request-id']).toMatch(/^gen-/)
})
