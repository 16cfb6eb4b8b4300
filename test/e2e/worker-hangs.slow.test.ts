/** A worker that does nothing any more, for whatever reason, is ended and replaced. It takes the pool 15 to 20 s. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from '../helpers/dialects.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      server: { workers: 2 },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: { m: { endpoints: ['up/m'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

/** Process ids (Linux). */
const workers = async () => {
  const children = await readFile(`/proc/${router.pid}/task/${router.pid}/children`, 'utf8')
  return children.trim().split(' ').map(Number)
}

it('is ended and replaced, and the others go on meanwhile', async () => {
  const [first, second] = await workers()
  const since = router.logs().length
  process.kill(first!, 'SIGSTOP')
  const replaced = router.waitForLog(/another one takes its place/, since)
  // What comes to it waits; whoever comes later is answered by the other one.
  const waiting = ask(router.url, 'openai', 'm', false).catch(() => undefined)
  const other = ask(router.url, 'openai', 'm', false).catch(() => undefined)
  const answered = await Promise.race([waiting, other])
  expect(answered?.status).toBe(200)
  for (let i = 0; i < 10; i++) expect((await ask(router.url, 'openai', 'm', false)).status).toBe(200)
  await replaced
  expect(router.logs().slice(since)).toContain('does not answer any more')
  await expect.poll(async () => (await workers()).filter((pid) => pid !== first).length).toBe(2)
  expect(await workers()).toContain(second)
  for (let i = 0; i < 4; i++) expect((await ask(router.url, 'openai', 'm', false)).status).toBe(200)
})
