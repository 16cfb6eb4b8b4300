/**
 * Requests that are well-formed and still meant, or made, to do harm. After each the endpoints are in good standing.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Fine.' })
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  router = await startRouter({
    config: {
      providers: { up, other: up },
      models: { m: { endpoints: ['up/m', 'other/m'] } },
      routing: { strategy: 'priority' },
    },
  })
})
afterEach(async () => {
  upstream.clear()
  const answer = await ask(router.url, 'openai', 'm', false)
  expect(dialects.openai.text(answer)).toBe('Fine.')
  expect(answer.headers['x-router-endpoint']).toBe('up/m')
  expect(router.logs()).not.toMatch(/failed inside|fails and is left out/)
  upstream.clear()
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const chat = (body: object, headers: Record<string, string> = {}) =>
  send(`${router.url}/v1/chat/completions`, { body: { messages: [{ role: 'user', content: 'Hi' }], ...body }, headers })

describe('names of models', () => {
  it.each(['m:constructor', 'm:__proto__', 'm:toString', '__proto__', 'constructor'])(
    '%s is just not configured',
    async (model) => {
      expect((await chat({ model })).status).toBe(404)
    },
  )

  it.each([true, false])(
    'in any script, with line ends, are percent-encoded in the header, stream: %s',
    async (stream) => {
      const names: readonly [model: string, shown: string][] = [
        ['模型', '%E6%A8%A1%E5%9E%8B'],
        ['a\r\nset-cookie: b', 'a%0D%0Aset-cookie:%20b'],
        ['\ud800', '%EF%BF%BD'],
      ]
      for (const [model, shown] of names) {
        const answer = await ask(router.url, 'openai', `up/${model}`, stream)
        expect(dialects.openai.text(answer)).toBe('Fine.')
        expect(answer.headers['x-router-endpoint']).toBe(`up/${shown}`)
        expect(answer.headers['set-cookie']).toBeUndefined()
      }
    },
  )

  it('that are made up are logged once, and push out nothing that is known', async () => {
    const since = router.logs().length
    for (let i = 0; i < 40; i++) {
      upstream.script(`made-up-${i}`, faults.status(404))
      expect((await chat({ model: `up/made-up-${i}` })).status).toBe(404)
    }
    expect(
      router
        .logs()
        .slice(since)
        .match(/needs a person/g),
    ).toHaveLength(1)
  })

  it('of a megabyte are refused, not remembered', async () => {
    const answer = await chat({ model: `up/${'x'.repeat(1_000_000)}` })
    expect(answer.status).toBe(400)
    expect(answer.text.length).toBeLessThan(1000)
    expect(upstream.requests).toHaveLength(0)
  })
})

it('embeddings with stream: true come whole, and count against nobody', async () => {
  const body = { model: 'm', input: 'Hi', stream: true }
  const answer = await send(`${router.url}/v1/embeddings`, { body })
  expect(answer.json).toMatchObject({ object: 'list' })
  expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([{ endpoint: 'up/m', kind: 'ok' }])
})
