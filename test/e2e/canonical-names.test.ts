/** A model that no file names, by whatever name it goes, at every provider that has it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let maker: Upstream
let other: Upstream
let router: Router

beforeAll(async () => {
  maker = await startUpstream()
  other = await startUpstream()
  router = await startRouter({
    config: {
      providers: {
        openai: { api_key: 'sk-openai', base_url: maker.url },
        anthropic: { api_key: 'sk-anthropic', base_url: maker.url },
        openrouter: { plugin: 'openai-compatible', preset: 'openrouter', api_key: 'sk-router', base_url: other.url },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await maker?.close()
  await other?.close()
})
afterEach(() => {
  maker.clear()
  other.clear()
})

async function ask(model: string, more: object = {}) {
  const body = { model, messages: [{ role: 'user', content: 'Hi' }], ...more }
  const { status, headers } = await send(`${router.url}/v1/chat/completions`, { body })
  return { status, endpoint: headers['x-router-endpoint'] }
}

describe.each([
  ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5'],
  ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
  ['openai/gpt-4o', 'gpt-4o', 'openai/gpt-4o'],
  ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06', 'openai/gpt-4o-2024-08-06'],
])('%s', (name, first, second) => {
  it('reaches its maker', async () => {
    expect((await ask(name)).status).toBe(200)
    expect(maker.requests.at(-1)!.model).toBe(first)
  })

  it('survives its maker being down', async () => {
    maker.script(first, faults.status(503), faults.status(503), reply())
    const { status, endpoint } = await ask(name)
    expect([status, endpoint]).toEqual([200, `openrouter/${second}`])
    expect(other.requests.at(-1)!.model).toBe(second)
  })
})

it.each([
  ['openrouter/openai/gpt-4o', 'openrouter/openai/gpt-4o'],
  ['openai/my-own-tune', 'openai/my-own-tune'],
  ['openrouter/openai/GPT-4o', 'openrouter/openai/GPT-4o'],
])('means one provider by %s', async (name, endpoint) => {
  expect(await ask(name)).toEqual({ status: 200, endpoint })
})

it('goes where the request says', async () => {
  expect(await ask('openai/gpt-4o', { provider: { only: ['openrouter'] } })).toEqual({
    status: 200,
    endpoint: 'openrouter/openai/gpt-4o',
  })
})
