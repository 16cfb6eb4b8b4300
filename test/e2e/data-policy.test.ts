/** What becomes of prompts decides who is asked, when a request demands something of it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' }
  router = await startRouter({
    config: {
      providers: {
        unknown: up,
        // A server on this machine keeps nothing, whatever its preset is called.
        local: { ...up, preset: 'vllm' },
        trained: { ...up, data_policy: { data_collection: 'allow', region: 'us' } },
        office: { ...up, data_policy: { zdr: true, region: 'eu-west-1' } },
        rhine: { ...up, data_policy: { region: 'europe-west3' } },
      },
      models: { m: { endpoints: ['unknown/m', 'trained/m', 'office/m', 'local/m', 'rhine/m'] } },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (provider: object) =>
  send(`${router.url}/v1/chat/completions`, {
    body: { model: 'm', provider, messages: [{ role: 'user', content: 'hi' }] },
  })

it.each([
  [{}, 'unknown/m'],
  [{ zdr: true }, 'office/m'],
  [{ data_collection: 'deny' }, 'office/m'],
  [{ zdr: true, ignore: ['office'] }, 'local/m'],
  [{ region: 'us' }, 'trained/m'],
  [{ region: ['eu'] }, 'office/m'],
  [{ only: ['office/eu-west-1'] }, 'office/m'],
  [{ region: 'eu', ignore: ['office'] }, 'rhine/m'],
  [{ region: 'europe-west3' }, 'rhine/m'],
])('%j is answered by %s', async (provider, endpoint) => {
  expect((await ask(provider)).headers['x-router-endpoint']).toBe(endpoint)
})

it.each([
  [{ zdr: true }, "nothing is known of unknown's data policy"],
  [{ data_collection: 'deny' }, "nothing is known of unknown's data policy"],
  [{ region: 'eu' }, 'it is not known where unknown is'],
])('what is not known fits no %j, and the error says so', async (demand, reason) => {
  const { status, json } = await ask({ ...demand, only: ['unknown'] })
  expect(status).toBe(404)
  expect(JSON.stringify(json)).toContain(reason)
})

it('fails when nobody is known to comply', async () => {
  const { status, json } = await ask({ zdr: true, region: 'us' })
  expect(status).toBe(404)
  expect(JSON.stringify(json)).toContain('data_policy:zdr')
})

it('shows what is known', async () => {
  const { json: providers } = await send(`${router.url}/api/v1/providers`)
  expect(providers?.data).toContainEqual(
    expect.objectContaining({
      slug: 'office',
      datacenters: ['eu-west-1'],
      data_policy: { zdr: true, data_collection: null, region: 'eu-west-1' },
    }),
  )
  const { json: zdr } = await send(`${router.url}/api/v1/endpoints/zdr`)
  expect(zdr?.data).toMatchObject([{ provider_name: 'office' }, { provider_name: 'local' }])
  const { json: models } = await send(`${router.url}/api/v1/models?zdr=true&region=us`)
  expect(models?.data).toHaveLength(1)
})
