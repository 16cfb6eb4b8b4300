/** The operator's limits of an endpoint hold for requests that come at once. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' }
  const limited = (limits: object, model: string) => ({ endpoints: [{ provider: 'up', model, limits }, 'up/other'] })
  router = await startRouter({
    config: {
      providers: { up },
      models: { tokens: limited({ tpm: 3000 }, 'tokens'), requests: limited({ rpm: 3 }, 'requests') },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (model: string) =>
  send(`${router.url}/v1/chat/completions`, {
    body: { model, max_tokens: 900, messages: [{ role: 'user', content: 'x'.repeat(400) }] },
  })

it.each(['tokens', 'requests'])('%s per minute', async (model) => {
  // What is usual is learned from the first answer.
  upstream.script(model, reply({ usage: { input: 100, output: 850 } }))
  await ask(model)
  const gate = new Gate()
  upstream.script(model, reply({ usage: { input: 100, output: 850 }, gate }))
  const answers = Array.from({ length: 12 }, () => ask(model))
  await upstream.waitFor(9, 'other')
  gate.release(Number.POSITIVE_INFINITY)
  const endpoints = (await Promise.all(answers)).map(({ headers }) => headers['x-router-endpoint'])
  expect(endpoints.filter((endpoint) => endpoint === `up/${model}`).length).toBeLessThanOrEqual(3)
  expect(endpoints).toContain(`up/${model}`)
  upstream.clear()
})
