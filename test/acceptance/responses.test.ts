/** The Responses API of the `openai` package, in front of endpoints of all kinds. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, PIXEL, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'
import { reply } from '../helpers/upstream.ts'

let scene: Scene
let client: OpenAI
beforeAll(async () => {
  scene = await startScene()
  client = new OpenAI({ baseURL: `${scene.router.url}/v1`, apiKey: KEY, maxRetries: 0 })
})
afterAll(() => scene?.close())

type Input = OpenAI.Responses.ResponseInputItem[]
const tools: OpenAI.Responses.FunctionTool[] = [
  { type: 'function', name: 'get_weather', parameters: WEATHER_SCHEMA, strict: true },
]
const last = () => scene.upstream.requests.at(-1)?.json ?? {}

describe.each(['openai', 'anthropic', 'chat'] as const)('responses over an endpoint that speaks %s', (wire) => {
  const good = `good/${wire}`

  it('answers whole', async () => {
    const response = await client.responses.create({ model: good, input: 'Hi', instructions: 'Be brief.' })
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: GOOD }] }],
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 18,
      },
    })
    expect(response.output_text).toBe(GOOD)
    expect(response.id).toMatch(/^resp_/)
    expect(JSON.stringify(last())).toContain('Be brief.')
  })

  it('streams every event in its place', async () => {
    const events = await collect(await client.responses.create({ model: good, input: 'Hi', stream: true }))
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index))
    const types = events.map(({ type }) => type)
    expect(types.filter((type) => type !== 'response.output_text.delta')).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(types.filter((type) => type === 'response.output_text.delta').length).toBeGreaterThan(1)
  })

  it('streams to its helper', async () => {
    const stream = client.responses.stream({ model: good, input: 'Hi' })
    const deltas: string[] = []
    stream.on('response.output_text.delta', ({ delta }) => void deltas.push(delta))
    const final = await stream.finalResponse()
    expect(final.output_text).toBe(GOOD)
    expect(deltas.join('')).toBe(GOOD)
    expect(final.usage?.total_tokens).toBe(18)
  })

  it.each([true, false])('calls a tool and takes its result, stream: %s', async (stream) => {
    const ask = (input: Input) =>
      stream
        ? client.responses.stream({ model: good, input, tools }).finalResponse()
        : client.responses.create({ model: good, input, tools })
    const question: Input = [{ role: 'user', content: 'How is the weather?' }]
    const first = await ask(question)
    const call = (first.output as OpenAI.Responses.ResponseOutputItem[]).find((item) => item.type === 'function_call')!
    expect(call).toMatchObject({ name: 'get_weather', status: 'completed' })
    expect(JSON.parse(call.arguments)).toEqual({ city: 'Paris' })
    const second = await ask([
      ...question,
      ...(first.output as Input),
      { type: 'function_call_output', call_id: call.call_id, output: '20 degrees' },
    ])
    expect(second.output_text).toBe(GOOD)
    expect(JSON.stringify(last())).toContain('20 degrees')
    expect(JSON.stringify(last())).toContain(call.call_id)
  })

  it.each([true, false])('gives structured output, stream: %s', async (stream) => {
    const request = {
      model: good,
      input: 'Where?',
      text: { format: { type: 'json_schema' as const, name: 'weather', strict: true, schema: WEATHER_SCHEMA } },
    }
    const answer = stream
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.parse(request)
    expect(JSON.parse(answer.output_text)).toEqual({ city: 'Paris' })
  })

  it('sends an image', async () => {
    const content: OpenAI.Responses.ResponseInputContent[] = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'auto' },
    ]
    await client.responses.create({ model: good, input: [{ role: 'user', content }] })
    expect(JSON.stringify(last())).toContain(PIXEL)
  })

  it('does not notice a fail-over', async () => {
    expect((await client.responses.create({ model: `failover/${wire}`, input: 'Hi' })).output_text).toBe(GOOD)
    const stream = client.responses.stream({ model: `failover/${wire}`, input: 'Hi' })
    expect((await stream.finalResponse()).output_text).toBe(GOOD)
  })

  it('says that a stream broke off', async () => {
    const seen: string[] = []
    let failed: unknown
    try {
      for await (const event of await client.responses.create({ model: `cut/${wire}`, input: 'Hi', stream: true })) {
        if (event.type === 'response.output_text.delta') seen.push(event.delta)
        if (event.type === 'response.failed') failed = event.response.error
      }
    } catch (error) {
      failed = error
    }
    expect(seen.join('')).toBe(SAID_BEFORE)
    expect(failed).toBeDefined()
  })

  it('throws the errors of its classes', async () => {
    const ask = (kind: string) => client.responses.create({ model: `${kind}/${wire}`, input: 'Hi' })
    await expect(ask('mistaken')).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(ask('broken')).rejects.toBeInstanceOf(OpenAI.InternalServerError)
    await expect(ask('limited')).rejects.toMatchObject({ status: 503 })
  })

  it('says that an answer is too long', async () => {
    scene.upstream.script('short', reply({ finishReason: 'length' }))
    if (wire === 'openai') return
    const { status, incomplete_details: details } = await client.responses.create({
      model: `${wire}-wire/short`,
      input: 'Hi',
      max_output_tokens: 16,
    })
    expect([status, details?.reason]).toEqual(['incomplete', 'max_output_tokens'])
  })

  it('counts tokens', async () => {
    const { input_tokens } = await client.responses.inputTokens.count({ model: good, input: 'Hello there' })
    expect(input_tokens).toBeGreaterThan(0)
  })
})

describe('responses that are kept', () => {
  it('go on, are fetched, listed and deleted by an endpoint that keeps them', async () => {
    const first = await client.responses.create({ model: 'good/openai', input: 'Hi' })
    const next = await client.responses.create({ model: 'good/openai', input: 'And?', previous_response_id: first.id })
    expect(next.output_text).toBe(GOOD)
    expect(last()).toMatchObject({ previous_response_id: first.id })
    scene.upstream.script('', ({ request, response }) => {
      const body = request.path.includes('input_items') ? { object: 'list', data: [], has_more: false } : first
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    expect((await client.responses.retrieve(first.id)).output_text).toBe(GOOD)
    expect((await client.responses.inputItems.list(first.id)).data).toEqual([])
    expect((await client.responses.cancel(first.id)).id).toBe(first.id)
    await client.responses.delete(first.id)
    expect(scene.upstream.requests.at(-1)).toMatchObject({ method: 'DELETE', path: `/v1/responses/${first.id}` })
  })

  it('are not found when they are none', async () => {
    await expect(client.responses.retrieve('resp_never')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    const asked = client.responses.create({ model: 'good/openai', input: 'x', previous_response_id: 'resp_never' })
    await expect(asked).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    })
    const translated = client.responses.create({ model: 'good/chat', input: 'x', previous_response_id: 'resp_never' })
    await expect(translated).rejects.toMatchObject({ status: 400, code: 'unsupported_parameter' })
  })
})
