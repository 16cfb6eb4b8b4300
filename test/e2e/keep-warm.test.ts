/** An endpoint with `keep_warm` is asked when nobody else does; one that rests, or that nobody asked for, is not. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let [warm, limited, plain]: Upstream[] = []
let router: Router

beforeAll(async () => {
  warm = await startUpstream()
  limited = await startUpstream()
  plain = await startUpstream()
  for (const upstream of [warm, plain]) upstream.script('m', reply({ usage: { input: 10, output: 1 } }))
  limited.script('m', faults.rateLimited(600))
  const provider = ({ url }: Upstream) => ({
    plugin: 'openai-compatible',
    base_url: url,
    api_key: 'sk-upstream',
    price: { prompt: 1, completion: 1 },
  })
  const endpoint = (id: string, keep_warm?: unknown) => ({ provider: id, model: 'm', keep_warm })
  router = await startRouter({
    config: {
      providers: { warm: provider(warm), limited: provider(limited), plain: provider(plain) },
      models: {
        m: { endpoints: [endpoint('warm', '1s')] },
        rests: { endpoints: [endpoint('limited', '1s')] },
        // Never seen to sleep.
        awake: { endpoints: [endpoint('plain', true)] },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([warm?.close(), limited?.close(), plain?.close()])
})

it('with a tiny request that the operator pays, again and again', async () => {
  await expect.poll(() => warm!.requests.length).toBeGreaterThan(2)
  expect(warm!.requests[0]!.json).toMatchObject({ model: 'm', max_tokens: 16, stream: true })
  // The first one was limited, and from then on it is left alone.
  expect(limited!.requests.length).toBe(1)
  expect(plain!.requests).toEqual([])
  const metrics = (await send(`${router.url}/metrics`)).text
  const [, cost] = /commonroute_cost_usd_total\{endpoint="warm\/m"\} (\S+)/.exec(metrics) ?? []
  expect(Number(cost)).toBeGreaterThan(0)
})
