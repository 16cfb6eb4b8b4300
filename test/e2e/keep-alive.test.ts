/**
 * Signs of life to clients that wait for a stream: the official ones understand them, and errors that come after them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.script('slow', async (exchange) => {
    await delay(1500)
    await reply({ text: 'At last.' })(exchange)
  })
  upstream.script('fails', async (exchange) => {
    await delay(1500)
    await faults.status(500)(exchange)
  })
  router = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      routing: { keep_alive: '1s', retries: { attempts: 1 } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

describe.each(['openai', 'openrouter', 'anthropic'] as const)('%s', (client) => {
  it.concurrent('the answer comes behind signs of life', async () => {
    const answer = await ask(router.url, client, 'up/slow', true)
    expect(answer.text).toMatch(client === 'anthropic' ? /^event: ping\n/ : /^: keep-alive\n\n/)
    expect(dialects[client].text(answer)).toBe('At last.')
    expect(dialects[client].complete(answer)).toBe(true)
    expect(answer.headers['x-generation-id']).toMatch(/^gen-/)
  })

  it.concurrent('an error is told in-band', async () => {
    const answer = await ask(router.url, client, 'up/fails', true)
    expect(answer.status).toBe(200)
    expect(dialects[client].error(answer)).toMatchObject({ message: expect.stringContaining('All endpoints failed') })
  })

  it.concurrent('whole answers go without', async () => {
    const answer = await ask(router.url, client, 'up/slow', false)
    expect(dialects[client].text(answer)).toBe('At last.')
    expect((await ask(router.url, client, 'up/fails', false)).status).toBe(502)
  })
})

describe("OpenAI's client", () => {
  const openai = () => new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'any', maxRetries: 0 })
  const request = (model: string) => ({
    model,
    stream: true as const,
    messages: [{ role: 'user' as const, content: 'Hi' }],
  })

  it.concurrent('passes over them', async () => {
    let text = ''
    for await (const chunk of await openai().chat.completions.create(request('up/slow')))
      text += chunk.choices[0]?.delta.content ?? ''
    expect(text).toBe('At last.')
  })

  it.concurrent('throws the error behind them', async () => {
    const read = async () => {
      for await (const _ of await openai().chat.completions.create(request('up/fails')));
    }
    await expect(read()).rejects.toThrow('All endpoints failed')
  })
})

describe("Anthropic's client", () => {
  const stream = (model: string) =>
    new Anthropic({ baseURL: router.url, apiKey: 'any', maxRetries: 0 }).messages.stream({
      model,
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Hi' }],
    })

  it.concurrent('passes over them', async () => {
    expect(await stream('up/slow').finalText()).toBe('At last.')
  })

  it.concurrent('throws the error behind them', async () => {
    await expect(stream('up/fails').finalText()).rejects.toThrow('All endpoints failed')
  })
})
