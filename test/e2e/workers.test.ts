/** Several processes behind one port: they share what they learn, and one that dies takes nothing of it along. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { generation } from '../helpers/generation.ts'
import { open, parseSse, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

const config = (more: Json = {}): Json => ({
  server: { workers: 2 },
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
  models: {
    m: { endpoints: ['up/m'] },
    spare: { endpoints: ['up/failing', 'up/spare'], strategy: 'priority' },
    limited: { endpoints: [{ provider: 'up', model: 'limited', limits: { rpm: 10 } }] },
  },
  ...more,
})

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({ config: config() })
})
beforeEach(() => upstream.clear())
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

/** Each request comes on a connection of its own, and connections go to the workers in turn. */
const asked = async (model: string) => ask(router.url, 'openai', model, false)
const idOf = async (model: string) => String((await asked(model)).headers['x-generation-id'])

/** Process ids of the workers (Linux). */
const workers = async () => {
  const children = await readFile(`/proc/${router.pid}/task/${router.pid}/children`, 'utf8')
  return children.trim().split(' ').map(Number)
}

async function change(write: () => Promise<unknown> | unknown, outcome: RegExp): Promise<void> {
  const done = router.waitForLog(outcome, router.logs().length)
  await write()
  await done
}

/** The decision log, of all workers. */
async function logged(): Promise<string> {
  const folder = join(router.stateDirectory, 'outcomes')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  return files.join('')
}

const metricOf = async (name: string) => {
  const { text } = await send(`${router.url}/metrics`)
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      ?.split(' ')
      .at(-1),
  )
}

it('each knows what clients used at all of them', async () => {
  const used = async () => {
    const { json } = await send(`${router.url}/v1/activity`)
    const rows = (json?.data ?? []) as { endpoint_id: string; requests: number }[]
    return rows.find((row) => row.endpoint_id === 'up/counted')?.requests
  }
  for (let n = 0; n < 4; n++) await asked('up/counted')
  // Two connections in a row go to two workers.
  await expect.poll(async () => [await used(), await used()]).toEqual([4, 4])
})

it('answers of every worker are on record at once, whoever is asked', async () => {
  const before = await metricOf('commonroute_attempts_total{endpoint="up/m",kind="ok"}').then((count) => count || 0)
  for (let i = 0; i < 6; i++) {
    const id = await idOf('m')
    expect(await generation(router.url, id)).toMatchObject({ id })
    expect(await generation(router.url, id)).toMatchObject({ id })
    const said = await send(`${router.url}/v1/feedback`, { body: { generation_id: id, score: 1 } })
    expect(said.json).toMatchObject({ data: { counted: true } })
  }
  expect(await metricOf('commonroute_attempts_total{endpoint="up/m",kind="ok"}')).toBe(before + 6)
  expect(await metricOf('commonroute_workers')).toBe(2)
  expect(await metricOf('commonroute_worker_dropped_total')).toBe(0)
})

it('what was measured by one is reported by all', async () => {
  await idOf('m')
  const uptimes = async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(`${router.url}/api/v1/models/m/endpoints`)))
    return answers.map(({ json }) => (json as { data: { endpoints: Json[] } }).data.endpoints[0]?.uptime_last_5m)
  }
  await expect.poll(uptimes).toEqual([100, 100, 100, 100])
})

it('an endpoint that one of them ejects is left alone by the others', async () => {
  upstream.script('failing', faults.status(500))
  const statuses = async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(`${router.url}/api/v1/models/spare/endpoints`)))
    return answers.map(({ json }) => (json as { data: { endpoints: Json[] } }).data.endpoints[0]?.status)
  }
  for (let i = 0; upstream.requestsFor('failing').length < 5 && i < 20; i++) await asked('spare')
  await expect.poll(statuses).toEqual([-5, -5, -5, -5])
  const { length } = upstream.requestsFor('failing')
  for (let i = 0; i < 6; i++) expect((await asked('spare')).status).toBe(200)
  expect(upstream.requestsFor('failing')).toHaveLength(length)
  // A person closes it at one of them: it is used again by all.
  await send(`${router.url}/v1/router/endpoints/close?endpoint=up%2Ffailing`, { method: 'POST' })
  await expect.poll(async () => (await statuses()).includes(-5)).toBe(false)
})

it('an endpoint has its limit once, not once for each of them', async () => {
  const statuses: number[] = []
  for (let i = 0; i < 20; i++) statuses.push((await asked('limited')).status)
  const answered = statuses.filter((status) => status === 200).length
  // What one has used reaches the others within 100 ms, on a busy machine later: until then each may pass the limit.
  expect(answered).toBeGreaterThanOrEqual(10)
  expect(answered).toBeLessThanOrEqual(15)
  expect(upstream.requestsFor('limited')).toHaveLength(answered)
})

it('a change of the file reaches all of them', async () => {
  const other = await startUpstream({ text: 'Another one.' })
  const providers = { up: { plugin: 'openai-compatible', base_url: other.url, api_key: 'sk-other' } }
  await change(() => router.writeConfig(config({ providers })), /Configuration reloaded/)
  const answers = await Promise.all([1, 2, 3, 4].map(() => asked('m')))
  expect(answers.map((answer) => dialects.openai.text(answer))).toEqual(new Array(4).fill('Another one.'))
  await change(() => router.writeConfig('models: ['), /refused/)
  expect(dialects.openai.text(await asked('m'))).toBe('Another one.')
  await change(() => router.writeConfig(config()), /Configuration reloaded/)
  await other.close()
})

it('one that is killed is replaced; only what it was answering breaks, and what it had answered stays on record', async () => {
  const ids = [await idOf('m'), await idOf('m')]
  await expect.poll(logged).toEqual(expect.stringContaining(ids[0]!))
  await expect.poll(logged).toEqual(expect.stringContaining(ids[1]!))
  // Everything that is known has arrived.
  const before = await metricOf('commonroute_requests_total')
  const gate = new Gate()
  upstream.script('m', reply({ gate, text: 'A long answer.' }))
  const earlier = upstream.requestsFor('m').length
  const streams = [1, 2].map(() =>
    open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) }),
  )
  await upstream.waitFor(earlier + 2, 'm')
  const read = Promise.allSettled(
    streams.map(async (stream) => {
      const chunks: Buffer[] = []
      for await (const chunk of await stream) chunks.push(chunk as Buffer)
      return parseSse(Buffer.concat(chunks).toString()).at(-1)?.data
    }),
  )
  const [first] = await workers()
  await change(() => process.kill(first!, 'SIGKILL'), /another one takes its place/)
  gate.release(Number.POSITIVE_INFINITY)
  const ends = await read
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(ends.filter((end) => end.status === 'fulfilled' && end.value === '[DONE]')).toHaveLength(1)
  upstream.clear()
  for (const id of ids) expect(await generation(router.url, id)).toMatchObject({ id })
  await expect.poll(() => workers().then(({ length }) => length)).toBe(2)
  expect(await metricOf('commonroute_requests_total')).toBeGreaterThanOrEqual(before)
  for (let i = 0; i < 4; i++) expect((await asked('m')).status).toBe(200)
})

it('SIGTERM lets what is under way end, and leaves all records on disk', async () => {
  const ids = [await idOf('m'), await idOf('m'), await idOf('m')]
  const gate = new Gate()
  upstream.script('m', reply({ gate, text: 'A long answer.' }))
  const stream = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  const id = stream.headers['x-generation-id']
  await change(() => router.signal('SIGTERM'), /Shutting down/)
  gate.release(Number.POSITIVE_INFINITY)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  expect(Buffer.concat(chunks).toString()).toContain('[DONE]')
  expect(await router.exited).toBe(0)
  const lines = await logged()
  for (const each of [...ids, id]) expect(lines).toContain(`"id":"${each}"`)
  expect(await readFile(join(router.stateDirectory, 'stats.json'), 'utf8')).toContain('up/m')
})
