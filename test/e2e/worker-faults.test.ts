/** What several processes behind one port do when the process that holds their state ends, or has to begin anew. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ask, dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { open } from '../helpers/http.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router | undefined

const config = (more: Json = {}): Json => ({
  server: { workers: 2 },
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
  models: { m: { endpoints: ['up/m'] } },
  ...more,
})

beforeEach(async () => {
  upstream = await startUpstream()
})
afterEach(async () => {
  await router?.stop()
  router = undefined
  await upstream.close()
})

/** Process ids of the workers (Linux). */
const workersOf = async ({ pid }: Router) => {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.trim().split(' ').map(Number)
}
/** Also of one that nobody waits for any more. */
const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

it('reloads again and again while requests come, and loses none', async () => {
  const running = await startRouter({ config: config() })
  router = running
  let isOver = false
  const statuses = new Map<number, number>()
  const asking = [1, 2, 3, 4].map(async () => {
    while (!isOver) {
      const { status } = await ask(running.url, 'openai', 'm', false)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })
  for (let i = 0; i < 3; i++) {
    const done = running.waitForLog(/Configuration reloaded/, running.logs().length)
    running.signal('SIGHUP')
    await done
  }
  isOver = true
  await Promise.all(asking)
  expect([...statuses.keys()]).toEqual([200])
})

it('one that is killed with a connection that it had not taken yet is replaced', async () => {
  const running = await startRouter({ config: config() })
  router = running
  const [first] = await workersOf(running)
  process.kill(first!, 'SIGSTOP')
  // Connections go to the workers in turn: one of two is handed to it, and waits.
  const asked = [1, 2].map(() => ask(running.url, 'openai', 'm', false).catch(() => undefined))
  expect((await Promise.race(asked))?.status).toBe(200)
  const replaced = running.waitForLog(/another one takes its place/, running.logs().length)
  process.kill(first!, 'SIGKILL')
  await replaced
  await expect.poll(async () => (await workersOf(running)).filter((pid) => pid !== first).length).toBe(2)
  for (let i = 0; i < 4; i++) expect((await ask(running.url, 'openai', 'm', false)).status).toBe(200)
})

it('workers end with the process that started them, and another one begins on the same folder', async () => {
  const running = await startRouter({ config: config() })
  router = running
  const gate = new Gate()
  upstream.script('m', reply({ gate, text: 'A long answer.' }))
  const stream = open(`${running.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
  stream.catch(() => {})
  await upstream.waitFor(1, 'm')
  const workers = await workersOf(running)
  expect(workers).toHaveLength(2)
  await running.kill9()
  await expect.poll(() => workers.filter(isAlive)).toEqual([])
  await expect(
    stream.then(async (answer) => {
      for await (const _ of answer);
    }),
  ).rejects.toThrow()
  upstream.clear()
  router = await running.restart()
  expect((await ask(router.url, 'openai', 'm', false)).status).toBe(200)
})

it('says so when the port is in use, and leaves nobody behind', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const directory = await temporaryDirectory()
  const file = join(directory, 'config.yaml')
  await writeFile(file, stringify(config()))
  // Resolves once all that might still write to its output is gone.
  const { code, stderr, stdout } = await runRouter(['serve', '-c', file, '--port', String(port)], directory)
  expect(code).not.toBe(0)
  expect(stderr + stdout).toContain(`${port}`)
  expect(stderr + stdout).toContain('ROUTER_LISTEN')
  taken.close()
  await removeDirectory(directory)
})
