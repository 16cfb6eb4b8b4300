/** The `@anthropic-ai/sdk` package, unmodified but for its base URL. */
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GOOD, KEY, PIXEL, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let client: Anthropic
beforeAll(async () => {
  scene = await startScene()
  client = new Anthropic({ baseURL: scene.router.url, apiKey: KEY, maxRetries: 0 })
})
afterAll(() => scene?.close())

const base = { max_tokens: 50, system: 'Be brief.', messages: [{ role: 'user' as const, content: 'Hi' }] }
const tools: Anthropic.Tool[] = [{ name: 'get_weather', input_schema: WEATHER_SCHEMA }]
const last = () => scene.upstream.requests.at(-1)?.json ?? {}
const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')

describe.each(['anthropic', 'openai'] as const)('messages over an endpoint that speaks %s', (wire) => {
  const good = `good/${wire}`

  it('answers whole', async () => {
    const { data, response } = await client.messages.create({ ...base, model: good }).withResponse()
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: GOOD }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 11, output_tokens: 7 },
    })
    expect(response.headers.get('x-router-endpoint')).toBe(`${wire}-wire/good`)
    expect(JSON.stringify(last())).toContain('Be brief.')
    expect(last()).toMatchObject({ model: 'good' })
  })

  it('streams every event in its place', async () => {
    const stream = client.messages.stream({ ...base, model: good })
    const types: string[] = []
    stream.on('streamEvent', ({ type }) => types.push(type))
    const message = await stream.finalMessage()
    expect(textOf(message)).toBe(GOOD)
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 7 } })
    expect(types[0]).toBe('message_start')
    expect(types.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(1)
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop'])
  })

  it.each([true, false])('calls a tool and takes its result, stream: %s', async (stream) => {
    const ask = async (messages: Anthropic.MessageParam[]): Promise<Anthropic.Message> => {
      const request = { ...base, model: good, messages, tools }
      return stream ? client.messages.stream(request).finalMessage() : client.messages.create(request)
    }
    const called = await ask(base.messages)
    expect(called.stop_reason).toBe('tool_use')
    const use = called.content.find((block) => block.type === 'tool_use')
    expect(use).toMatchObject({ name: 'get_weather', input: { city: 'Paris' } })

    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: use?.id ?? '',
      content: '20 degrees',
    }
    const history = [
      ...base.messages,
      { role: 'assistant' as const, content: called.content },
      { role: 'user' as const, content: [result] },
    ]
    expect(textOf(await ask(history as Anthropic.MessageParam[]))).toBe(GOOD)
    expect(JSON.stringify(last().messages)).toContain('20 degrees')
    expect(JSON.stringify(last().messages)).toContain(use?.id)
  })

  it('sends an image in the wire of the endpoint', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL }
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text: 'What is this?' },
      { type: 'image', source },
    ]
    await client.messages.create({ ...base, model: good, messages: [{ role: 'user', content }] })
    const expected =
      wire === 'anthropic'
        ? { type: 'image', source }
        : { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } }
    expect(JSON.stringify(last().messages)).toContain(JSON.stringify(expected).slice(1, -1))
  })

  it.each([true, false])('gives structured output, stream: %s', async (stream) => {
    const request = {
      ...base,
      model: good,
      output_config: { format: { type: 'json_schema' as const, schema: WEATHER_SCHEMA } },
    }
    const answer = stream ? await client.messages.stream(request).finalMessage() : await client.messages.create(request)
    expect(JSON.parse(textOf(answer))).toEqual({ city: 'Paris' })
  })

  it('does not notice a fail-over', async () => {
    expect(textOf(await client.messages.create({ ...base, model: `failover/${wire}` }))).toBe(GOOD)
    expect(textOf(await client.messages.stream({ ...base, model: `failover/${wire}` }).finalMessage())).toBe(GOOD)
  })

  it('gives what was said until a stream broke off, then throws an APIError', async () => {
    const stream = client.messages.stream({ ...base, model: `cut/${wire}` })
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    await expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIError)
    expect(text).toBe(SAID_BEFORE)
  })

  it('aborts upstream when the stream is aborted', async () => {
    const stream = client.messages.stream({ ...base, model: `hanging/${wire}` })
    stream.on('text', () => stream.abort())
    await expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    expect(await scene.upstream.requestsFor('hanging').at(-1)?.ended).toBe('aborted')
  })

  it('throws the errors of its classes', async () => {
    await expect(client.messages.create({ ...base, model: `mistaken/${wire}` })).rejects.toBeInstanceOf(
      Anthropic.BadRequestError,
    )
    const broken = await client.messages.create({ ...base, model: `broken/${wire}` }).catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(Anthropic.InternalServerError)
    expect(broken).toMatchObject({ status: 502, message: expect.stringContaining('The server had an error') })
    await expect(client.messages.create({ ...base, model: `limited/${wire}` })).rejects.toMatchObject({ status: 503 })
  })
})

it('throws on a wrong key and an unknown model', async () => {
  const stranger = new Anthropic({ baseURL: scene.router.url, apiKey: 'sk-wrong', maxRetries: 0 })
  await expect(stranger.messages.create({ ...base, model: 'good/openai' })).rejects.toBeInstanceOf(
    Anthropic.AuthenticationError,
  )
  await expect(client.messages.create({ ...base, model: 'good/anthropi' })).rejects.toBeInstanceOf(
    Anthropic.NotFoundError,
  )
})

it('takes the key as a bearer token too', async () => {
  const bearer = new Anthropic({ baseURL: scene.router.url, apiKey: null, authToken: KEY, maxRetries: 0 })
  expect(textOf(await bearer.messages.create({ ...base, model: 'good/anthropic' }))).toBe(GOOD)
})

it("passes Anthropic's own fields through untouched, and its beta header", async () => {
  const system = [{ type: 'text' as const, text: 'Be brief.', cache_control: { type: 'ephemeral' as const } }]
  const headers = { 'anthropic-beta': 'some-beta-2026-01-01' }
  await client.messages.create({ ...base, system, metadata: { user_id: 'u' }, model: 'good/anthropic' }, { headers })
  expect(last()).toMatchObject({ system, metadata: { user_id: 'u' } })
  expect(scene.upstream.requests.at(-1)?.headers).toMatchObject({ ...headers, 'x-api-key': 'sk-ant-upstream-secret' })
})
