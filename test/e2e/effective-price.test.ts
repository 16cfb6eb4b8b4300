/** Of two endpoints with the same list price, the one that bills more for the same requests is found out. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let reasoning: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  // Reasoning that nobody sees is billed as output.
  reasoning = await startUpstream()
  reasoning.script('m', reply({ usage: { output: 2000 } }))
  upstream.script('m', reply({ usage: { output: 100 } }))
  const provider = (url: string) => ({
    plugin: 'openai-compatible',
    base_url: url,
    api_key: 'sk-upstream',
    price: { prompt: 10, completion: 10 },
  })
  router = await startRouter({
    config: {
      providers: { thinker: provider(reasoning.url), plain: provider(upstream.url) },
      models: { m: { endpoints: ['thinker/m', 'plain/m'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await reasoning?.close()
})

const ask = async (provider: Json = {}) => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], provider }
  const answer = await send(`${router.url}/v1/chat/completions`, { body })
  expect(answer.status).toBe(200)
  return answer
}

it('is learned from what is paid, orders by price, and is shown by explain and stats', async () => {
  const turns = [{ only: ['thinker'] }, { only: ['plain'] }]
  for (let time = 0; time < 30; time++) for (const turn of turns) await ask(turn)
  const answer = await ask({ sort: 'price' })
  expect(answer.headers['x-router-endpoint']).toBe('plain/m')
  const id = String(answer.headers['x-generation-id'])
  const { candidates } = (await generation(router.url, id)) as {
    candidates: { price_ratio: number; price_usd: number }[]
  }
  const [plain, thinker] = candidates
  expect(plain!.price_ratio).toBeLessThan(0.7)
  expect(thinker!.price_ratio).toBeGreaterThan(1.4)
  expect(thinker!.price_usd).toBeGreaterThan(2 * plain!.price_usd)
  expect((await router.cli('explain', id)).stdout).toMatch(
    /of list[\s\S]*plain\/m .* \d\d\.\d%[\s\S]*thinker\/m .* 1\d\d(\.\d)?%/,
  )

  router.signal('SIGTERM')
  await router.exited
  const report = JSON.parse((await router.cli('stats', '--beliefs', '--json')).stdout) as {
    rows: { endpoint: string; beliefs: { effective_price: { ratio: number; n: number } } }[]
  }
  const learned = Object.fromEntries(report.rows.map(({ endpoint, beliefs }) => [endpoint, beliefs.effective_price]))
  expect(learned['thinker/m']).toEqual({ ratio: expect.closeTo(thinker!.price_ratio, 2), n: expect.closeTo(30, 1) })
  router = await router.restart()
})
