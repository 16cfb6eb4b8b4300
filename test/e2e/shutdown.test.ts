/** SIGTERM: running answers are finished, new ones refused, stats written. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { type Answered, open, parseSse } from '../helpers/http.ts'
import { postHead, rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let directory: string
beforeAll(async () => {
  upstream = await startUpstream()
  directory = await temporaryDirectory()
})
afterAll(async () => {
  await upstream?.close()
  await removeDirectory(directory)
})

const start = (drainTimeout: string): Promise<Router> =>
  startRouter({
    directory,
    config: {
      server: { drain_timeout: drainTimeout },
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

it.each(['SIGTERM', 'SIGINT'] as const)('%s lets a running stream end, refuses new connections, and exits with 0', async (signal) => {
  const gate = new Gate()
  upstream.script('m', reply({ gate, text: 'A long answer.' }))
  const router = await start('30s')
  const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  const told = router.waitForLog(/drain|shutting down|stopping/i)
  router.signal(signal)
  await told
  await expect(open(`${router.url}/health`)).rejects.toMatchObject({ code: expect.stringMatching(/ECONNREFUSED|ECONNRESET/) })
  gate.release(Number.POSITIVE_INFINITY)
  const answer = await readAll(incoming)
  expect(dialects.openai.text(answer)).toBe('A long answer.')
  expect(dialects.openai.complete(answer)).toBe(true)
  expect(await router.exited).toBe(0)
  expect(await readFile(join(router.stateDirectory, 'stats.json'), 'utf8')).toContain('up/m')
})

it('cuts what has not ended after server.drain_timeout, in-band, and hangs up upstream', async () => {
  upstream.clear()
  upstream.script('m', faults.hangAfter(2))
  const router = await start('300ms')
  const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  router.signal('SIGTERM')
  const answer = await readAll(incoming)
  expect(dialects.openai.error(answer)).toMatchObject({ message: expect.any(String) })
  expect(dialects.openai.finish(answer)).toBe('error')
  expect(await (await upstream.waitFor(1)).ended).toBe('aborted')
  expect(await router.exited).toBe(0)
})

it('is not held up by idle and half-sent connections', async () => {
  const router = await start('30s')
  const idle = rawConnection(router.url)
  idle.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n')
  await idle.waitFor(/200 OK/)
  const halfSent = rawConnection(router.url)
  halfSent.write(`${postHead('/v1/chat/completions', 1000)}{`)
  const halfHead = rawConnection(router.url)
  halfHead.write('POST /v1/chat')
  const unused = rawConnection(router.url)
  await new Promise((resolve) => unused.socket.once('connect', resolve))
  router.signal('SIGTERM')
  expect(await router.exited).toBe(0)
  for (const connection of [idle, halfSent, halfHead, unused]) connection.destroy()
}, 15_000)
