/** The `openai` package, unmodified but for its base URL. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, PIXEL, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let client: OpenAI
beforeAll(async () => {
  scene = await startScene()
  client = new OpenAI({ baseURL: `${scene.router.url}/v1`, apiKey: KEY, maxRetries: 0 })
})
afterAll(() => scene?.close())

const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
]
const tools: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', parameters: WEATHER_SCHEMA } },
]
const last = () => scene.upstream.requests.at(-1)?.json ?? {}

describe.each(['openai', 'anthropic'] as const)('chat over an endpoint that speaks %s', (wire) => {
  const good = `good/${wire}`

  it('answers whole', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: good, messages, max_completion_tokens: 50 })
      .withResponse()
    expect(data).toMatchObject({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: GOOD }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    })
    expect(response.headers.get('x-router-endpoint')).toBe(`${wire}-wire/good`)
    expect(last()).toMatchObject({ model: 'good' })
  })

  it('streams, with usage when asked for and only then', async () => {
    const plain = await collect(await client.chat.completions.create({ model: good, messages, stream: true }))
    expect(plain.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(GOOD)
    expect(plain.filter(({ choices }) => choices[0]?.delta.content).length).toBeGreaterThan(1)
    expect(plain.at(-1)?.choices[0]?.finish_reason).toBe('stop')
    expect(plain.filter(({ usage }) => usage)).toEqual([])
    const withUsage = await collect(
      await client.chat.completions.create({
        model: good,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      }),
    )
    expect(withUsage.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } })
  })

  it.each([true, false])('calls a tool and takes its result, stream: %s', async (stream) => {
    const ask = async (history: OpenAI.ChatCompletionMessageParam[]) =>
      stream
        ? client.chat.completions.stream({ model: good, messages: history, tools }).finalChatCompletion()
        : client.chat.completions.create({ model: good, messages: history, tools })
    const [choice] = (await ask(messages)).choices
    expect(choice).toMatchObject({ finish_reason: 'tool_calls' })
    const call = choice?.message.tool_calls?.[0]
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather' } })
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: 'Paris' })

    const after = await ask([
      ...messages,
      { role: 'assistant', content: null, tool_calls: choice?.message.tool_calls ?? [] },
      { role: 'tool', tool_call_id: call?.id ?? '', content: '20 degrees' },
    ])
    expect(after.choices[0]?.message.content).toBe(GOOD)
    expect(JSON.stringify(last().messages)).toContain('20 degrees')
    expect(JSON.stringify(last().messages)).toContain(call?.id)
  })

  it('sends an image in the wire of the endpoint', async () => {
    const url = `data:image/png;base64,${PIXEL}`
    const content: OpenAI.ChatCompletionContentPart[] = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url } },
    ]
    await client.chat.completions.create({ model: good, messages: [{ role: 'user', content }] })
    const expected =
      wire === 'openai'
        ? { type: 'image_url', image_url: { url } }
        : { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } }
    expect(last()).toMatchObject({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, expected] }],
    })
  })

  it.each([true, false])('gives structured output, stream: %s', async (stream) => {
    const request = {
      model: good,
      messages,
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'weather', strict: true, schema: WEATHER_SCHEMA },
      },
    }
    const answer = stream
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request)
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ city: 'Paris' })
    expect(answer.choices[0]?.finish_reason).toBe('stop')
  })

  it('does not notice a fail-over', async () => {
    const whole = await client.chat.completions.create({ model: `failover/${wire}`, messages })
    expect(whole.choices[0]?.message.content).toBe(GOOD)
    const stream = client.chat.completions.stream({ model: `failover/${wire}`, messages })
    expect(await stream.finalContent()).toBe(GOOD)
  })

  it('gives what was said until a stream broke off, then throws an APIError', async () => {
    const seen: string[] = []
    const read = async (): Promise<void> => {
      for await (const { choices } of await client.chat.completions.create({
        model: `cut/${wire}`,
        messages,
        stream: true,
      })) {
        seen.push(choices[0]?.delta.content ?? '')
      }
    }
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(seen.join('')).toBe(SAID_BEFORE)
  })

  it('aborts upstream when the stream is aborted', async () => {
    const stream = await client.chat.completions.create({ model: `hanging/${wire}`, messages, stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content) break
    expect(await scene.upstream.requestsFor('hanging').at(-1)?.ended).toBe('aborted')
  })

  it('throws the errors of its classes', async () => {
    await expect(client.chat.completions.create({ model: `mistaken/${wire}`, messages })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    )
    const broken = await client.chat.completions
      .create({ model: `broken/${wire}`, messages })
      .catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(OpenAI.InternalServerError)
    expect(broken).toMatchObject({ status: 502, message: expect.stringContaining('The server had an error') })
    const limited = await client.chat.completions
      .create({ model: `limited/${wire}`, messages })
      .catch((error: unknown) => error)
    expect(limited).toMatchObject({ status: 503 })
    expect(Number((limited as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('beside chat', () => {
  it('throws on a wrong key and an unknown model', async () => {
    const stranger = new OpenAI({ baseURL: `${scene.router.url}/v1`, apiKey: 'sk-wrong', maxRetries: 0 })
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    const unknown = client.chat.completions.create({ model: 'good/opena', messages })
    await expect(unknown).rejects.toThrow(/good\/openai/)
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('passes unknown fields and big integers through untouched', async () => {
    const extra = { x_unknown: { deep: [1, null, 'ü'] }, seed: Number.MAX_SAFE_INTEGER }
    await client.chat.completions.create({ model: 'good/openai', messages, ...extra })
    expect(last()).toMatchObject(extra)
  })

  it('embeds, in floats and in base64', async () => {
    const answer = await client.embeddings.create({ model: 'acme/embedder', input: ['a', 'b'], dimensions: 3 })
    expect(answer.data.map(({ embedding }) => embedding.length)).toEqual([3, 3])
    expect(answer.data[1]?.embedding[0]).toBe(2)
    const floats = await client.embeddings.create({ model: 'acme/embedder', input: 'a', encoding_format: 'float' })
    expect(floats.data[0]?.embedding).toHaveLength(8)
  })

  it('lists models', async () => {
    const ids = (await collect(await client.models.list())).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['good/openai', 'failover/anthropic', 'acme/embedder']))
  })

  it.each([true, false])('completes text, stream: %s', async (stream) => {
    const request = { model: 'good/openai', prompt: 'Say hello' }
    if (stream) {
      const chunks = await collect(await client.completions.create({ ...request, stream: true }))
      expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(GOOD)
    } else expect((await client.completions.create(request)).choices[0]?.text).toBe(GOOD)
  })

  it.each([true, false])('speaks responses to an endpoint that does, stream: %s', async (stream) => {
    const request = { model: 'good/openai', input: 'Hi' }
    if (stream) {
      const events = await collect(await client.responses.create({ ...request, stream: true }))
      expect(events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.delta : [])).join('')).toBe(
        GOOD,
      )
      expect(events.at(-1)?.type).toBe('response.completed')
    } else expect((await client.responses.create(request)).output_text).toBe(GOOD)
  })
})
