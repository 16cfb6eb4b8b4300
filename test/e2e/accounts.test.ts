/** Several keys of one provider, names that stand for models, and what the operator changes in requests. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const up = { plugin: 'openai-compatible', base_url: upstream.url }
  router = await startRouter({
    config: {
      providers: {
        pool: { ...up, api_keys: ['sk-first-key', { api_key: 'sk-second-key', weight: 3 }, 'sk-third-key'] },
        edited: {
          ...up,
          api_key: 'sk-edited',
          headers: { 'x-team': 'router', 'user-agent': null },
          params: { defaults: { temperature: 0.5, top_p: 0.9 }, overrides: { seed: 7 }, remove: ['logit_bias'] },
        },
      },
      models: {
        pooled: { endpoints: ['pool/pooled'] },
        fast: 'pooled',
        direct: 'edited/under-another-name',
        'wild-*': { endpoints: ['edited/tame-*'] },
        edited: {
          endpoints: [
            {
              provider: 'edited',
              model: 'edited',
              params: { remove: ['top_p'], overrides: { temperature: 1 } },
              headers: { 'x-team': 'endpoint', 'x-own': 'yes' },
            },
          ],
          params: { defaults: { max_tokens: 5 } },
          headers: { 'x-own': 'no', 'x-model': 'm' },
        },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => upstream.clear())

const ask = (model: string, more: object = {}) =>
  send(`${router.url}/v1/chat/completions`, { body: { model, messages: [{ role: 'user', content: 'Hi' }], ...more } })

const keys = () => upstream.requests.map(({ headers }) => headers.authorization)

it.each([401, 402, 429])('goes on to the next key after %i, and lets the refused one rest', async (status) => {
  const model = `m${status}`
  upstream.script(model, status === 429 ? faults.rateLimited(60) : faults.status(status), reply())
  const first = await ask(`pool/${model}`)
  expect(first.status).toBe(200)
  expect(first.headers['x-router-endpoint']).toBe(`pool#2/${model}`)
  expect(keys()).toEqual(['Bearer sk-first-key', 'Bearer sk-second-key'])
  await ask(`pool/${model}`)
  if (status === 429) expect(keys().at(-1)).toBe('Bearer sk-second-key')
})

it('means all accounts by the name of the provider', async () => {
  upstream.script('pooled', faults.status(500), reply())
  const { status, headers } = await ask('pooled', { provider: { only: ['pool'] } })
  expect([status, headers['x-router-endpoint']]).toEqual([200, 'pool#2/pooled'])
})

it.each([
  ['fast', 'pooled'],
  ['direct', 'under-another-name'],
  ['wild-7b', 'tame-7b'],
  ['wild-7b:nitro', 'tame-7b'],
])('takes %s for %s', async (name, model) => {
  expect((await ask(name)).status).toBe(200)
  expect(upstream.requests.at(-1)!.json!.model).toBe(model)
})

it('sends what the operator says, the narrower beating the wider', async () => {
  await ask('edited', { seed: 1, top_p: 0.1, logit_bias: { 1: 2 }, temperature: 0.1 })
  const { json: body, headers } = upstream.requests.at(-1)!
  expect(body).toMatchObject({ seed: 7, temperature: 1, max_tokens: 5 })
  expect(body).not.toHaveProperty('logit_bias')
  expect(body).not.toHaveProperty('top_p')
  expect(headers).toMatchObject({ 'x-team': 'endpoint', 'x-own': 'yes', 'x-model': 'm' })
  expect(headers).not.toHaveProperty('user-agent')
})

it('sends defaults only where the client says nothing', async () => {
  await ask('edited/any', { temperature: 0.1 })
  const { json: body, headers } = upstream.requests.at(-1)!
  expect(body).toMatchObject({ seed: 7, temperature: 0.1, top_p: 0.9 })
  expect(headers['x-team']).toBe('router')
})

it('lists names and models, not patterns', async () => {
  const { json } = await send(`${router.url}/v1/models`, {})
  expect((json!.data as { id: string }[]).map(({ id }) => id)).toEqual(['pooled', 'fast', 'direct', 'edited'])
})
