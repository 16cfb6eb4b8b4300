/**
 * What one client asked is no other client's business: reports and feedback are bound to the key that made the request.
 */
import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { type Answered, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const OWN = 'sk-client-one-of-the-test'
const OTHER = 'sk-client-two-of-the-test'

let upstream: Upstream
let router: Router
let directory: string

const config = (keys: readonly string[]): Json => ({
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' } },
  models: { m: { endpoints: ['up/m'] } },
  auth: { keys },
})

beforeAll(async () => {
  upstream = await startUpstream()
  directory = await temporaryDirectory()
  router = await startRouter({ config: config([OWN, OTHER]), directory })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await removeDirectory(directory)
})

const as = (key: string) => ({ 'x-api-key': key })

async function ask(key: string): Promise<{ id: string; upstreamId: string }> {
  const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }
  const { headers, json } = await send(`${router.url}/v1/chat/completions`, { body, headers: as(key) })
  return { id: String(headers['x-generation-id']), upstreamId: String(json?.id) }
}
const report = (id: string, key: string, prefix = '/api/v1') =>
  send(`${router.url}${prefix}/generation?id=${id}`, { headers: as(key) })
const say = (id: string, key: string) =>
  send(`${router.url}/v1/feedback`, { body: { generation_id: id, thumbs: 'up' }, headers: as(key) })
/** Everything that a client can see of a refusal, without the id that it asked for. */
const seen = ({ status, text }: Answered, id: string) => ({ status, text: text.replaceAll(id, 'ID') })

test.each(['/v1', '/api/v1'])('another key gets what an unknown id gets: %s', async (prefix) => {
  const { id, upstreamId } = await ask(OWN)
  const unknown = 'gen-1700000000-nobodyknowsthisonehe'
  for (const name of [id, upstreamId]) {
    expect((await report(name, OWN, prefix)).status).toBe(200)
    expect(seen(await report(name, OTHER, prefix), name)).toEqual(seen(await report(unknown, OTHER, prefix), unknown))
    expect(seen(await say(name, OTHER), name)).toEqual(seen(await say(unknown, OTHER), unknown))
  }
  expect((await say(id, OTHER)).status).toBe(404)
  expect((await say(id, OWN)).json).toMatchObject({ data: { counted: true } })
})

it('follows the key and not its place in the list, also after a restart, and is no key', async () => {
  const { id } = await ask(OWN)
  router.signal('SIGTERM')
  await router.exited
  router = await startRouter({ config: config([OTHER, OWN]), directory })
  expect((await report(id, OTHER)).status).toBe(404)
  expect((await report(id, OWN)).status).toBe(200)
  const folder = join(router.stateDirectory, 'outcomes')
  const log = (await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))).join('')
  expect(log).toMatch(/"client":"[\w-]{4}"/)
  for (const key of [OWN, OTHER]) expect(log).not.toContain(key)
})

it('leaves lines of before readable, and everything while no key is asked for', async () => {
  const { id } = await ask(OWN)
  router.signal('SIGTERM')
  await router.exited
  const folder = join(router.stateDirectory, 'outcomes')
  const names = await readdir(folder)
  const lines = (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('').split('\n')
  const { client, ...old } = JSON.parse(lines.find((line) => line.includes(id))!) as Json
  expect(client).toBeDefined()
  await appendFile(
    join(folder, names[0]!),
    `${JSON.stringify({ ...old, id: id.replace(/.$/, '0'), upstream_id: 'old-one' })}\n`,
  )
  router = await startRouter({ config: config([OWN, OTHER]), directory })
  expect((await report('old-one', OTHER)).status).toBe(200)
  router.signal('SIGTERM')
  await router.exited
  router = await startRouter({ config: config([]), directory })
  expect((await send(`${router.url}/api/v1/generation?id=${id}`)).status).toBe(200)
})
