import type { JsonObject, ProviderAdapter, UpstreamResponse } from 'commonroute/plugin'
import { describe, expect, it } from 'vitest'
import sandbox from '../../../../providers/sandbox/index.ts'
import { MEDIA_MODELS } from '../../../../providers/sandbox/media/services.ts'
import { PROFILES } from '../../../../providers/sandbox/profiles.ts'
import { adapterOf, callOf, checked, endpointOf } from '../exchange.ts'

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}
const clock = { type: 'function', function: { name: 'readClock' } }

const instant = (options: JsonObject = {}, now?: () => number): Promise<ProviderAdapter> =>
  adapterOf(sandbox, { time_scale: 0, outages: [], ...options }, now)

const user = (content: unknown) => ({ messages: [{ role: 'user', content }] })

async function start(
  adapter: ProviderAdapter,
  body: JsonObject,
  signal = new AbortController().signal,
): Promise<UpstreamResponse> {
  const embedding = 'input' in body
  const call = callOf({
    body,
    wire: embedding ? 'openai-embeddings' : 'openai-chat',
    operation: embedding ? 'embedding' : 'chat',
  })
  return adapter.answer!(await adapter.prepare(call, endpointOf(String(body.model))), signal)
}

async function textOf(response: UpstreamResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of response.body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function ask(adapter: ProviderAdapter, body: JsonObject) {
  const response = await start(adapter, body)
  const text = await textOf(response)
  const failure = response.status >= 400 ? adapter.classify(response.status, response.headers, text) : undefined
  return { status: response.status, headers: response.headers, text, failure }
}

const json = async (adapter: ProviderAdapter, body: JsonObject) => JSON.parse((await ask(adapter, body)).text)
const events = (text: string) =>
  text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))

describe('sandbox answers', () => {
  it('say that they are simulated, with usage', async () => {
    const answer = await json(await instant(), { model: 'steady', ...user('Hi') })
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'steady',
      choices: [{ index: 0, finish_reason: 'stop' }],
    })
    expect(answer.choices[0].message.content).toMatch(
      /^This is a simulated answer by sandbox\/steady: no model was run\./,
    )
    expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens + answer.usage.completion_tokens)
    expect((await instant()).simulated).toBe(true)
  })

  it('stream the same text that they give whole', async () => {
    const whole = await json(await instant(), { model: 'fast', ...user('Hi') })
    const { text } = await ask(await instant(), {
      model: 'fast',
      stream: true,
      stream_options: { include_usage: true },
      ...user('Hi'),
    })
    const parts = events(text)
    expect(parts.map((part) => part.choices[0]?.delta.content ?? '').join('')).toBe(whole.choices[0].message.content)
    expect(parts[0].choices[0].delta).toEqual({ role: 'assistant', content: '' })
    expect(parts.at(-2).choices[0].finish_reason).toBe('stop')
    expect(parts.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: whole.usage.completion_tokens } })
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(new Set(parts.map((part) => part.id)).size).toBe(1)
  })

  it('give usage in streams only when asked for', async () => {
    const { text } = await ask(await instant(), { model: 'fast', stream: true, ...user('Hi') })
    expect(events(text).every((part) => part.usage === undefined)).toBe(true)
  })

  it('stop at max_tokens', async () => {
    const answer = await json(await instant(), { model: 'fast', max_tokens: 3, ...user('Hi') })
    expect(answer).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } })
  })

  it('own up to not looking at images', async () => {
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
    ]
    expect((await json(await instant(), { model: 'fast', ...user(content) })).choices[0].message.content).toContain(
      'did not look at the image.',
    )
  })

  it.each([
    ['the one that is meant', { ...user('How is the weather in Paris?'), tools: [clock, weather] }, 'get_weather'],
    [
      'the one that is meant, in camel case',
      { ...user('What does the clock say?'), tools: [weather, clock] },
      'readClock',
    ],
    [
      'the one that is demanded',
      { ...user('Hi'), tools: [weather, clock], tool_choice: { type: 'function', function: { name: 'readClock' } } },
      'readClock',
    ],
    [
      'the first when one is required',
      { ...user('Hi'), tools: [weather, clock], tool_choice: 'required' },
      'get_weather',
    ],
    ['none when none is meant', { ...user('Hi'), tools: [weather] }, undefined],
    ['none when forbidden', { ...user('weather?'), tools: [weather], tool_choice: 'none' }, undefined],
    [
      'none after its result',
      {
        messages: [
          { role: 'user', content: 'weather?' },
          { role: 'tool', tool_call_id: 'c', content: '{}' },
        ],
        tools: [weather],
      },
      undefined,
    ],
  ])('call tools: %s', async (_, body, name) => {
    const { choices } = await json(await instant(), { model: 'fast', ...body })
    expect(choices[0].finish_reason).toBe(name ? 'tool_calls' : 'stop')
    expect(choices[0].message.tool_calls?.[0].function.name).toBe(name)
  })

  it('stream tool calls whose pieces join to arguments of the schema', async () => {
    const { text } = await ask(await instant(), { model: 'fast', stream: true, ...user('weather'), tools: [weather] })
    const calls = events(text).flatMap((part) => part.choices[0].delta.tool_calls ?? [])
    expect(calls[0]).toMatchObject({
      index: 0,
      type: 'function',
      id: expect.stringMatching(/^call_/),
      function: { name: 'get_weather' },
    })
    expect(JSON.parse(calls.map((call) => call.function.arguments).join(''))).toEqual({ city: 'simulated' })
    expect(events(text).at(-1).choices[0].finish_reason).toBe('tool_calls')
  })

  it('are structured when asked to be', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 5 } }, required: ['n'] }
    const format = { type: 'json_schema', json_schema: { name: 'x', schema } }
    const answer = await json(await instant(), { model: 'fast', ...user('Hi'), response_format: format })
    expect(JSON.parse(answer.choices[0].message.content)).toEqual({ n: 5 })
    const free = await json(await instant(), { model: 'fast', ...user('Hi'), response_format: { type: 'json_object' } })
    expect(JSON.parse(free.choices[0].message.content)).toMatchObject({ simulated: true })
  })

  it('are errors for what it does not have', async () => {
    const adapter = await instant()
    expect((await ask(adapter, { model: 'gpt-4o', ...user('Hi') })).failure).toMatchObject({
      kind: 'provider_not_found',
      code: 'model_not_found',
    })
    expect((await ask(adapter, { model: 'constructor', ...user('Hi') })).failure?.kind).toBe('provider_not_found')
    expect((await ask(adapter, { model: 'fast', messages: 'Hi' })).failure?.kind).toBe('caller_invalid')
    expect((await ask(adapter, { model: 'embed' })).failure?.kind).toBe('provider_not_found')
  })

  it('list the models that it has prices and capabilities for', async () => {
    const adapter = await instant()
    const { data } = JSON.parse(
      await textOf(await adapter.answer!(await adapter.models!(), new AbortController().signal)),
    )
    expect(data.map((model: { id: string }) => model.id)).toEqual([...Object.keys(PROFILES), ...MEDIA_MODELS.keys()])
    for (const { id } of data) {
      expect(adapter.price!(id)).toBeDefined()
      expect(adapter.capabilities!(id).inputModalities).not.toHaveLength(0)
    }
    expect(adapter.price!('toString')).toBeUndefined()
  })
})

describe('sandbox embeddings', () => {
  it('depend on the text alone, have length one and come as base64 too', async () => {
    const { data, usage } = await json(await instant(), { model: 'embed', input: ['a', 'b', 'a'], dimensions: 16 })
    expect(data[0].embedding).toEqual(data[2].embedding)
    expect(data[0].embedding).not.toEqual(data[1].embedding)
    expect(Math.hypot(...data[0].embedding)).toBeCloseTo(1, 5)
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
    const coded = await json(await instant({ seed: 9 }), {
      model: 'embed',
      input: 'a',
      dimensions: 16,
      encoding_format: 'base64',
    })
    const bytes = Buffer.from(coded.data[0].embedding, 'base64')
    expect(Array.from({ length: 16 }, (_, at) => bytes.readFloatLE(at * 4))).toEqual(data[0].embedding)
  })

  it.each([{ input: [] }, { input: 'a', dimensions: 0 }, { input: 'a', dimensions: 1e6 }])(
    'refuse %j',
    async (body) => {
      expect((await ask(await instant(), { model: 'embed', ...body })).failure?.kind).toBe('caller_invalid')
    },
  )
})

describe('sandbox chance', () => {
  const run = async (seed: number) => {
    const adapter = await instant({ seed }, () => 0)
    const outcomes: string[] = []
    for (let at = 0; at < 40; at++)
      outcomes.push((await ask(adapter, { model: 'flaky', stream: true, ...user('Hi') })).text)
    return outcomes
  }

  it('is the same for the same seed, and another for another', async () => {
    expect(await run(1)).toEqual(await run(1))
    expect(await run(1)).not.toEqual(await run(2))
  })

  it('makes flaky fail about as often as it says, and steady never', async () => {
    const adapter = await instant({ seed: 5 })
    const seen: Record<string, number> = {}
    const count = 4_000
    for (let at = 0; at < count; at++) {
      const { status, text } = await ask(adapter, { model: 'flaky', stream: true, max_tokens: 4, ...user('Hi') })
      const outcome = status !== 200 ? String(status) : text.includes('[DONE]') ? 'ok' : 'cut'
      seen[outcome] = (seen[outcome] ?? 0) + 1
    }
    const { errors, overloads, cuts } = PROFILES.flaky!
    // Four standard deviations of a binomial count; the seed makes it the same every time.
    for (const [outcome, p] of [
      ['500', errors],
      ['503', overloads],
      ['cut', cuts],
    ] as const) {
      expect(Math.abs(seen[outcome]! - count * p)).toBeLessThan(4 * Math.sqrt(count * p * (1 - p)))
    }
    for (let at = 0; at < 200; at++) expect((await ask(adapter, { model: 'steady', ...user('Hi') })).status).toBe(200)
  })
})

describe('sandbox limits', () => {
  it('answers 429 above the cap, and takes requests again when others have ended or were given up', async () => {
    const adapter = await instant({ seed: 3 })
    const body = { model: 'cheap', stream: true, ...user('Hi') }
    const controllers = Array.from({ length: PROFILES.cheap!.concurrency }, () => new AbortController())
    const open = await Promise.all(controllers.map(({ signal }) => start(adapter, body, signal)))
    const refused = await ask(adapter, body)
    expect(refused.failure).toMatchObject({
      kind: 'provider_rate_limited',
      retryAfterMs: 1_000,
      message: expect.stringContaining('Simulated rate limit'),
    })
    // Another model has a limit of its own.
    expect((await ask(adapter, { model: 'fast', ...user('Hi') })).status).toBe(200)
    await textOf(open[0]!)
    expect((await ask(adapter, body)).status).toBe(200)
    // Given up before its body was touched.
    controllers[1]!.abort(new Error('gone'))
    const again = await Promise.all([start(adapter, body), start(adapter, body)])
    expect(again.map(({ status }) => status)).toEqual([200, 200])
    expect((await ask(adapter, body)).status).toBe(429)
  })
})

describe('sandbox schedule', () => {
  const outages = [
    { model: 'fast', every: '5m', for: '45s' },
    { model: 'fast', every: '1h', for: '30m', kind: 'brownout' },
  ]

  it('is out at the beginning of every period of the wall clock', async () => {
    let now = Date.parse('2026-11-22T12:05:00Z')
    const adapter = await instant({ outages }, () => now)
    const status = async () => (await ask(adapter, { model: 'fast', ...user('Hi') })).status
    expect(await status()).toBe(503)
    expect((await ask(adapter, { model: 'steady', ...user('Hi') })).status).toBe(200)
    now += 44_999
    expect((await ask(adapter, { model: 'fast', ...user('Hi') })).failure).toMatchObject({
      kind: 'provider_overloaded',
      message: 'Simulated outage, on the schedule of the sandbox.',
    })
    now += 1
    expect(await status()).toBe(200)
    now += 255_000
    expect(await status()).toBe(503)
  })

  it('checks durations and kinds', () => {
    expect(checked(sandbox, {}).options.outages).toHaveLength(2)
    expect(checked(sandbox, { outages }).valid).toBe(true)
    expect(checked(sandbox, { outages: [{ model: 'fast', every: '5 minutes', for: '1s' }] }).valid).toBe(false)
    expect(checked(sandbox, { outages: [{ model: 'nope', every: '5m', for: '1s' }] }).valid).toBe(false)
    expect(checked(sandbox, { time_scale: -1 }).valid).toBe(false)
  })
})
