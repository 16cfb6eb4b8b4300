/**
 * A client that does not read stops the upstream and costs little memory. It gets every byte in the end, or is given
 * up, not the endpoint blamed.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DialectName, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { open, parseSse } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { flood, startUpstream, type Upstream } from '../helpers/upstream.ts'

const COUNT = 4000
const SIZE = 16_000
let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: {
        // It has to outlast whatever holds up the test itself.
        m: { endpoints: ['up/m'], timeouts: { idle: '2m' } },
        hasty: { endpoints: ['up/hasty'], timeouts: { idle: '1s' } },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it.each(['openai', 'anthropic'] as const)('a slow %s client gets every byte in order', async (client: DialectName) => {
  const river = flood(COUNT, SIZE)
  upstream.script('m', river.behaviour)
  const before = await router.residentBytes()
  const incoming = await open(`${router.url}${dialects[client].path}`, { body: dialects[client].request('m', true) })

  await river.stalled(1000)
  expect(river.sentBytes()).toBeLessThan(COUNT * SIZE * 0.6)
  expect((await router.residentBytes()) - before).toBeLessThan(100_000_000)

  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const answer = { status: 200, headers: {}, text, json: undefined, events: parseSse(text) }
  const numbers = dialects[client]
    .text(answer)
    .match(/\d+(?= )/g)
    ?.map(Number)
  expect(numbers).toEqual(Array.from({ length: COUNT }, (_, index) => index))
  expect(dialects[client].complete(answer)).toBe(true)
  const [attempt] = await attemptsOf(router.url, incoming.headers['x-generation-id'])
  expect(attempt).toEqual({ endpoint: 'up/m', kind: 'ok' })
})

it('a client that reads nothing for longer than the idle timeout is given up: upstream is hung up on and the connection ended', async () => {
  const river = flood(COUNT, SIZE)
  upstream.script('hasty', river.behaviour)
  const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('hasty', true) })
  expect(await (await upstream.waitFor(1, 'hasty')).ended).toBe('aborted')
  const [attempt] = await attemptsOf(router.url, incoming.headers['x-generation-id'])
  expect(attempt).toEqual({ endpoint: 'up/hasty', kind: 'caller_cancelled' })
  // What is left in buffers may still come, and then the end, one way or the other.
  await new Promise((resolve) =>
    incoming
      .on('close', resolve)
      .on('error', () => {})
      .resume(),
  )
  expect(river.sentBytes()).toBeLessThan(COUNT * SIZE)
})
