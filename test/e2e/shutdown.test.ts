/** SIGTERM: running answers are finished, new ones refused, stats written. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { type Answered, open, parseSse, send } from '../helpers/http.ts'
import { postHead, rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let directory: string
let router: Router | undefined
beforeAll(async () => {
  upstream = await startUpstream()
  directory = await temporaryDirectory()
})
afterEach(() => router?.kill9())
afterAll(async () => {
  await upstream?.close()
  await removeDirectory(directory)
})

/** A router that has answered once, so that it is up in all its parts. */
async function start(drainTimeout: string): Promise<Router> {
  const started = await startUnasked(drainTimeout)
  await send(`${started.url}/health`)
  return started
}

const startUnasked = (drainTimeout: string, server = {}): Promise<Router> =>
  startRouter({
    directory,
    config: {
      server: { drain_timeout: drainTimeout, ...server },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: { m: { endpoints: ['up/m'] } },
    },
  })

async function readAll(incoming: AsyncIterable<Buffer>): Promise<Answered> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return { status: 200, headers: {}, text, json: undefined, events: parseSse(text) }
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a running stream end, refuses new connections, and exits with 0',
  async (signal) => {
    const gate = new Gate()
    upstream.script('m', reply({ gate, text: 'A long answer.' }))
    router = await start('30s')
    const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
    const told = router.waitForLog(/drain|shutting down|stopping/i)
    router.signal(signal)
    await told
    await expect(open(`${router.url}/health`)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNREFUSED|ECONNRESET/),
    })
    gate.release(Number.POSITIVE_INFINITY)
    const answer = await readAll(incoming)
    expect(dialects.openai.text(answer)).toBe('A long answer.')
    expect(dialects.openai.complete(answer)).toBe(true)
    expect(await router.exited).toBe(0)
    expect(await readFile(join(router.stateDirectory, 'stats.json'), 'utf8')).toContain('up/m')
  },
)

it('cuts what has not ended after server.drain_timeout, in-band, and hangs up upstream', async () => {
  upstream.clear()
  upstream.script('m', faults.hangAfter(2))
  router = await start('300ms')
  const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  router.signal('SIGTERM')
  const answer = await readAll(incoming)
  expect(dialects.openai.error(answer)).toMatchObject({ message: expect.any(String) })
  expect(dialects.openai.finish(answer)).toBe('error')
  expect(await (await upstream.waitFor(1)).ended).toBe('aborted')
  expect(await router.exited).toBe(0)
})

it.each([
  ['a connection kept alive', 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n', /200 OK/],
  ['a connection never used', '', undefined],
])('is not held up by %s', async (_, bytes, answer) => {
  router = await start('30s')
  const connection = rawConnection(router.url)
  await new Promise((resolve) => connection.socket.once('connect', resolve))
  connection.write(bytes)
  if (answer) await connection.waitFor(answer)
  router.signal('SIGTERM')
  expect(await router.exited).toBe(0)
  connection.destroy()
})

it.each([
  ['half a body', `${postHead('/v1/chat/completions', 1000)}{`],
  ['half a head', 'POST /v1/chat'],
])('is held up by %s for no longer than server.drain_timeout', async (_, bytes) => {
  router = await start('300ms')
  const connection = rawConnection(router.url)
  await new Promise((resolve) => connection.socket.once('connect', resolve))
  connection.write(bytes)
  router.signal('SIGTERM')
  expect(await router.exited).toBe(0)
  connection.destroy()
})

it('drains on a signal that comes right after the line that tells the URL', async () => {
  router = await startUnasked('30s')
  router.signal('SIGTERM')
  expect(await router.exited).toBe(0)
})

it('answers for server.drain_delay while /ready says 503, and tells clients to connect anew', async () => {
  upstream.clear()
  const gate = new Gate()
  upstream.script('m', reply({ gate, text: 'Begun before.' }))
  router = await startUnasked('30s', { drain_delay: '1h' })
  const early = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  const told = router.waitForLog(/shutting down/i)
  router.signal('SIGTERM')
  await told
  const ready = await send(`${router.url}/ready`)
  expect([ready.status, ready.headers.connection]).toEqual([503, 'close'])
  upstream.script('m', reply({ text: 'Begun after.' }))
  const late = await send(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', false) })
  expect([late.status, late.headers.connection, dialects.openai.text(late)]).toEqual([200, 'close', 'Begun after.'])
  gate.release(Number.POSITIVE_INFINITY)
  expect(dialects.openai.text(await readAll(early))).toBe('Begun before.')
  router.signal('SIGINT')
  expect(await router.exited).toBe(130)
})

it('does not wait for balancers when a person stops it', async () => {
  router = await startUnasked('30s', { drain_delay: '1h' })
  router.signal('SIGINT')
  expect(await router.exited).toBe(0)
})

it('serves a connection that stood before the close and had not asked yet', async () => {
  router = await start('30s')
  const connection = rawConnection(router.url)
  await new Promise((resolve) => connection.socket.once('connect', resolve))
  const told = router.waitForLog(/shutting down/i)
  router.signal('SIGTERM')
  await told
  connection.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
  expect(await connection.closed).toMatch(/^HTTP\/1.1 200 OK/)
  expect(await router.exited).toBe(0)
})
