/** Requests by their id, in a log of many: bounded, given up with their client, no matter for anybody else. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const LINES = 40_000
let upstream: Upstream
let directory: string
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  directory = await temporaryDirectory()
  const folder = join(directory, '.router', 'outcomes')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const time = Date.now() - 3_600_000
  const lines = Array.from({ length: LINES }, (_, i) => lineOf(i, time))
  await writeFile(
    join(folder, `outcomes-${new Date(time).toISOString().replace(/[-:.]/g, '')}-1.ndjson`),
    lines.join(''),
  )
  router = await startRouter({
    directory,
    config: {
      server: { drain_timeout: '2s' },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url } },
      models: { m: { endpoints: ['up/m'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await removeDirectory(directory)
})

const lineOf = (i: number, time: number) =>
  `${JSON.stringify({
    id: `gen-${Math.floor(time / 1000)}-${i}`,
    time,
    model: 'm',
    kind: 'ok',
    candidates: [],
    excluded: [],
    attempts: [],
    upstream_id: `chatcmpl-${i}`,
    total_ms: 1,
    padding: 'x'.repeat(800),
  })}\n`

const ask = (id: string) => send(`${router.url}/v1/generation?id=${encodeURIComponent(id)}`)

it('finds the oldest by the upstream id, and says of any other that it is not on record', async () => {
  expect(await ask('chatcmpl-0')).toMatchObject({ status: 200, json: { data: { upstream_id: 'chatcmpl-0' } } })
  for (const id of ['kind', 'chatcmpl-', 'nosuchid', 'a b', 'x'.repeat(5_000)])
    expect(await ask(id), id).toMatchObject({ status: 404 })
})

it('gives up what hung-up clients asked for, and takes feedback meanwhile', async () => {
  for (let i = 0; i < 100; i++) {
    const connection = rawConnection(router.url)
    await new Promise((sent) =>
      connection.socket.write(`GET /v1/generation?id=chatcmpl-none-${i} HTTP/1.1\r\nhost: localhost\r\n\r\n`, sent),
    )
    connection.destroy()
  }
  upstream.script('m', reply({ text: 'Here.' }))
  const answer = await send(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', false) })
  expect(answer.status).toBe(200)
  const said = await send(`${router.url}/v1/feedback`, { body: { id: 'chatcmpl-1', score: 1 } })
  expect(said).toMatchObject({ status: 200 })
  router.signal('SIGTERM')
  expect(await router.exited).toBe(0)
})
