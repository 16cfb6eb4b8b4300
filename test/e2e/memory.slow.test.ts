/** Under faults of every quick kind and clients that hang up, memory and sockets stay level. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from '../helpers/dialects.ts'
import { EARLY_FAULTS, LATE_FAULTS } from '../helpers/fault-table.ts'
import { open } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const ROUNDS = 20
const quick = [...EARLY_FAULTS, ...LATE_FAULTS].filter(({ name }) => !/hang|trickle/.test(name))
let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  for (const { name, behaviour } of quick) upstream.script(name, behaviour)
  const models = Object.fromEntries(quick.map(({ name }) => [name, { endpoints: [`up/${name}`, 'up/good'] }]))
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  router = await startRouter({
    config: { providers: { up }, models: { ...models, m: { endpoints: ['up/m'] } }, routing: { strategy: 'priority' } },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

async function hangUp(): Promise<void> {
  const incoming = await open(`${router.url}/v1/chat/completions`, {
    body: { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
  })
  incoming.destroy()
}

async function round(): Promise<void> {
  for (const { name } of quick) {
    const asked = (['openai', 'anthropic'] as const).flatMap((client) =>
      [true, false].map((stream) => ask(router.url, client, name, stream)),
    )
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200)
    await Promise.all([hangUp(), hangUp()])
  }
  // What the upstream has recorded is the test's own memory.
  ;(upstream.requests as unknown[]).length = 0
}

it.runIf(process.platform === 'linux')('memory after many rounds is what it was after a few', async () => {
  for (let index = 0; index < 3; index++) await round()
  const before = await router.residentBytes()
  for (let index = 0; index < ROUNDS; index++) await round()
  expect((await router.residentBytes()) - before).toBeLessThan(250_000_000)
  expect(upstream.openSockets).toBeLessThan(200)
})
