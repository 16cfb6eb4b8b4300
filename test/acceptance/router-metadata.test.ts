/** OpenRouter's metadata of a request's routing, for clients that ask for it by a header. */
import { OpenRouter } from '@openrouter/sdk'
import type { ChatResult, ChatStreamChunk } from '@openrouter/sdk/models'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { type DialectName, dialects } from '../helpers/dialects.ts'
import { send } from '../helpers/http.ts'
import { GOOD, KEY, type Scene, startScene } from '../helpers/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene?.close())

const ASKS = { 'x-openrouter-metadata': 'Enabled' }
const post = (path: string, body: object, headers: Record<string, string> = ASKS) =>
  send(`${scene.router.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body: body as never,
  })

/** The broken endpoint is left alone after a while. */
function expectFailover(metadata: unknown, wire: string): void {
  const broken = { provider: `${wire}-wire`, model: `failover/${wire}`, status: 500 }
  const { attempt, attempts, endpoints } = metadata as {
    attempt: number
    attempts: unknown[]
    endpoints: { available: { selected: boolean }[] }
  }
  expect(metadata).toMatchObject({
    requested: `failover/${wire}`,
    strategy: 'direct',
    region: null,
    summary: `available=${endpoints.available.length}, selected=${wire}-wire`,
    is_byok: false,
    endpoints: { total: 2 },
    pipeline: [],
  })
  expect(attempts).toEqual([...Array(attempt - 1).fill(broken), { ...broken, status: 200 }])
  expect(endpoints.available.map(({ selected }) => selected)).toEqual([...Array(attempt - 1).fill(false), true])
}

describe.each(['openai', 'openrouter', 'anthropic'] as const)('%s', (client: DialectName) => {
  const { path, request, text, complete } = dialects[client]

  it.each(['openai', 'anthropic'])('in a whole answer of an endpoint that speaks %s', async (wire) => {
    const answer = await post(path, request(`failover/${wire}`, false))
    expect(text(answer)).toBe(GOOD)
    expectFailover(answer.json?.openrouter_metadata, wire)
    expect(answer.json?.openrouter_metadata).toMatchObject({ attempt: Number(answer.headers['x-router-attempts']) })
  })

  it.each(['openai', 'anthropic'])('in the last event of a stream of one that speaks %s', async (wire) => {
    const answer = await post(path, request(`failover/${wire}`, true))
    expect(text(answer)).toBe(GOOD)
    expect(complete(answer)).toBe(true)
    const given = answer.events.filter(({ json }) => json?.openrouter_metadata)
    expect(given).toHaveLength(1)
    expectFailover(given[0]?.json?.openrouter_metadata, wire)
    expect(answer.events.indexOf(given[0]!)).toBe(answer.events.length - (client === 'anthropic' ? 1 : 2))
  })

  it('beside an error', async () => {
    const { json, status } = await post(path, request('broken/openai', false))
    expect(status).toBe(502)
    expect(json).toMatchObject({
      error: { message: expect.any(String) },
      openrouter_metadata: { summary: 'available=1, selected=none', endpoints: { available: [{ selected: false }] } },
    })
  })

  it('not unless it is asked for', async () => {
    for (const headers of [{}, { 'x-openrouter-metadata': 'disabled' }] as Record<string, string>[]) {
      for (const stream of [true, false])
        expect((await post(path, request('good/openai', stream), headers)).text).not.toContain('openrouter_metadata')
    }
  })
})

it('in a stream that asks for no usage', async () => {
  const { events } = await post('/v1/chat/completions', {
    model: 'good/openai',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  expect(events.at(-2)?.json).toMatchObject({ choices: [], openrouter_metadata: { attempt: 1 } })
})

it('names the fall-back that was used', async () => {
  const body = { ...dialects.openrouter.request('broken/openai', false), models: ['good/anthropic'] }
  const { json } = await post('/api/v1/chat/completions', body)
  expect(json).toMatchObject({ openrouter_metadata: { strategy: 'fallback', requested: 'broken/openai' } })
})

it.each(['openai', 'anthropic'])('in responses, whole and streamed, of an endpoint that speaks %s', async (wire) => {
  const body = { model: `good/${wire}`, input: 'Hi' }
  const whole = await post('/api/v1/responses', body)
  expect(whole.json).toMatchObject({ object: 'response', openrouter_metadata: { attempt: 1 } })
  const { events } = await post('/api/v1/responses', { ...body, stream: true })
  const last = events.findLast(({ json }) => json?.type === 'response.completed')
  expect(last?.json).toMatchObject({ response: { openrouter_metadata: { attempt: 1 } } })
})

it('in a completion', async () => {
  const { json } = await post('/v1/completions', { model: 'good/openai', prompt: 'Hi' })
  expect(json).toMatchObject({ openrouter_metadata: { endpoints: { total: 1 } } })
})

it('is parsed by @openrouter/sdk', async () => {
  const client = new OpenRouter({ apiKey: KEY, serverURL: `${scene.router.url}/api/v1` })
  const chatRequest = { model: 'failover/openai', messages: [{ role: 'user' as const, content: 'Hi' }] }
  const options = { headers: ASKS }
  const whole = (await client.chat.send({ chatRequest: { ...chatRequest, stream: false } }, options)) as ChatResult
  expect(whole.openrouterMetadata).toMatchObject({ isByok: false, endpoints: { total: 2 } })
  const stream = await client.chat.send({ chatRequest: { ...chatRequest, stream: true } }, options)
  const chunks = await collect(stream as AsyncIterable<ChatStreamChunk>)
  expect(chunks.at(-1)).toMatchObject({ usage: { promptTokens: 11 }, openrouterMetadata: { isByok: false } })
})
