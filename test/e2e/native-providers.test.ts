/** Cohere, Ollama and OpenRouter over real sockets, as upstreams that a script answers for. */
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AnyUpstream, type Asked, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { attemptsOf, generation } from '../helpers/generation.ts'
import { type Answered, open, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

type Body = Record<string, unknown>

const LOADED = { load_duration: 1_500_000_000, prompt_eval_count: 12, eval_count: 5 }
const line = (message: object, more: object = {}) =>
  `${JSON.stringify({ model: 'm', created_at: '2026-11-01T00:00:00Z', message: { role: 'assistant', ...message }, done: false, ...more })}\n`
const LAST = line({ content: '' }, { done: true, done_reason: 'stop', ...LOADED })
const event = (data: Body) => `event: ${String(data.type)}\ndata: ${JSON.stringify(data)}\n\n`
const USAGE = { billed_units: { input_tokens: 7, output_tokens: 3 }, tokens: { input_tokens: 70, output_tokens: 4 } }
const TOOL = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }
const ASK = { messages: [{ role: 'user', content: 'Hello' }] }

const LINES = 'application/x-ndjson'
const said = (status: number, error: string) => ({ status, type: 'application/json', body: JSON.stringify({ error }) })
const NO_MEMORY = 'model requires more system memory (9 GiB) than is available (1 GiB)'
/** Each at an endpoint of its own, since a failed one rests. */
const FAULTS = [
  {
    what: 'a model that is not there',
    answers: said(404, 'model "m" not found, try pulling it first'),
    kind: 'provider_not_found',
  },
  { what: 'too little memory', answers: said(500, NO_MEMORY), kind: 'provider_overloaded' },
  { what: 'a full queue', answers: said(503, 'server busy, please try again'), kind: 'provider_overloaded' },
  { what: 'a model without tools', answers: said(400, '"m" does not support tools'), kind: 'provider_not_found' },
  {
    what: 'an error as the first line',
    answers: { status: 200, type: LINES, body: '{"error":"llama runner process has terminated"}\n' },
    kind: 'provider_error',
  },
  {
    what: 'lines that end too early',
    answers: { status: 200, type: LINES, body: line({ content: '' }) },
    kind: 'provider_truncated',
  },
  {
    what: 'a model that was only loaded',
    answers: { status: 200, type: LINES, body: line({ content: '' }, { done: true, done_reason: 'load' }) },
    kind: 'provider_empty',
  },
  {
    what: 'a page of a proxy',
    answers: { status: 200, type: 'text/html', body: '<html>\nSign in</html>' },
    kind: 'provider_malformed',
  },
] as const

let upstream: AnyUpstream
let router: Router
let answer: (asked: Asked, response: ServerResponse) => void

const lines = (text: string) => (_: Asked, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(text)
const events = (text: string) => (_: Asked, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text)

const asked = (at = -1): { url: string; body: Body } => {
  const one = upstream.asked.at(at)!
  return { url: one.url, body: JSON.parse(one.body.toString()) as Body }
}
const ask = (path: string, body: Body) => send(`${router.url}${path}`, { body })
const chat = (model: string, more: Body = {}) => ask('/v1/chat/completions', { model, ...ASK, ...more })
const deltas = ({ events }: Answered, key: string): string =>
  events
    .map(({ json }) => ((json?.choices as { delta?: Body }[] | undefined)?.[0]?.delta?.[key] as string) ?? '')
    .join('')

beforeAll(async () => {
  upstream = await startAnyUpstream((request, response) => {
    if (request.url.startsWith('/spare'))
      json(response, {
        id: 'chatcmpl-spare',
        object: 'chat.completion',
        created: 1,
        model: 'spare',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Spare.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      })
    else answer(request, response)
  })
  router = await startRouter({
    config: {
      providers: {
        ollama: { base_url: `${upstream.origin}/v1`, keep_alive: '30m', options: { num_ctx: 8192, seed: 1 } },
        late: { plugin: 'ollama', base_url: upstream.origin },
        cohere: { base_url: upstream.origin, api_key: 'co-key' },
        openrouter: {
          base_url: `${upstream.origin}/api/v1`,
          api_key: 'or-key',
          app_title: 'Tests',
          provider: { data_collection: 'deny' },
        },
        spare: { plugin: 'openai-compatible', base_url: `${upstream.origin}/spare/v1` },
      },
      models: {
        ...Object.fromEntries(
          ['ollama/qwen3', 'cohere/command-a-03-2025', 'openrouter/deepseek/deepseek-chat'].flatMap((endpoint) => [
            [endpoint.split('/')[0]!, { endpoints: [endpoint] }],
            [`${endpoint.split('/')[0]}-or-spare`, { endpoints: [endpoint, 'spare/m'] }],
          ]),
        ),
        ...Object.fromEntries(FAULTS.map((_, at) => [`fault-${at}`, { endpoints: [`ollama/fault-${at}`, 'spare/m'] }])),
        ...Object.fromEntries(
          ['ERROR', 'TIMEOUT'].map((reason) => [reason, { endpoints: [`cohere/${reason}`, 'spare/m'] }]),
        ),
        late: { endpoints: ['late/m', 'spare/m'] },
        'or-cut': { endpoints: ['openrouter/cut', 'spare/m'] },
        pinned: { endpoints: [{ provider: 'openrouter', model: 'deepseek/deepseek-chat', region: 'deepinfra' }] },
        embed: { endpoints: ['ollama/nomic-embed-text'] },
        'co-embed': { endpoints: ['cohere/embed-v4.0'] },
        rank: { endpoints: ['cohere/rerank-v3.5'] },
      },
      routing: { strategy: 'priority' },
    },
  })
})

afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

beforeEach(() => {
  answer = (_, response) => json(response, { error: 'nothing scripted' }, 500)
})

describe('Ollama', () => {
  it('streams lines to a client of chat completions, and says how long it loaded', async () => {
    answer = lines(line({ thinking: 'Hm.' }) + line({ content: 'Hel' }) + line({ content: 'lo' }) + LAST)
    const got = await chat('ollama', { stream: true, max_tokens: 50, stream_options: { include_usage: true } })
    expect(got.status, got.text).toBe(200)
    expect(deltas(got, 'content')).toBe('Hello')
    expect(deltas(got, 'reasoning')).toBe('Hm.')
    expect(got.text).toMatch(/data: \[DONE\]\n\n$/)
    expect(got.text).toContain('"prompt_tokens":12')
    expect(asked()).toMatchObject({
      url: '/api/chat',
      body: {
        model: 'qwen3',
        stream: true,
        keep_alive: '30m',
        options: { num_ctx: 8192, seed: 1, num_predict: 50 },
      },
    })
    const { attempts } = (await generation(router.url, got.headers['x-generation-id'])) as { attempts: Body[] }
    expect(attempts[0]).toMatchObject({ outcome: 'ok', load_ms: 1500 })
  })

  it('calls tools, whole, for a client of messages', async () => {
    answer = (_, response) =>
      json(response, {
        message: {
          role: 'assistant',
          content: '',
          tool_calls: [{ function: { name: 'look', arguments: { at: 1.5 } } }],
        },
        done: true,
        done_reason: 'stop',
        ...LOADED,
      })
    const got = await ask('/v1/messages', {
      model: 'ollama',
      max_tokens: 20,
      ...ASK,
      tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
    })
    expect(got.status, got.text).toBe(200)
    expect(got.json).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'look', input: { at: 1.5 } }],
      usage: { input_tokens: 12, output_tokens: 5 },
    })
    expect(asked().body).toMatchObject({ stream: false, tools: [TOOL] })
  })

  it('embeds, in base64 too', async () => {
    answer = (_, response) => json(response, { model: 'm', embeddings: [[0.5, -2]], prompt_eval_count: 3 })
    const got = await ask('/v1/embeddings', { model: 'embed', input: 'text', encoding_format: 'base64' })
    const { data, usage } = got.json as { data: { embedding: string }[]; usage: Body }
    expect([...new Float32Array(new Uint8Array(Buffer.from(data[0]!.embedding, 'base64')).buffer)]).toEqual([0.5, -2])
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
    expect(asked()).toMatchObject({ url: '/api/embed', body: { input: ['text'], truncate: false, keep_alive: '30m' } })
  })

  it.each(FAULTS.map((fault, at) => ({ ...fault, at })))(
    'gives way to another after $what',
    async ({ answers, kind, at }) => {
      answer = (_, response) =>
        void response.writeHead(answers.status, { 'content-type': answers.type }).end(answers.body)
      const got = await chat(`fault-${at}`, { stream: true })
      expect(deltas(got, 'content'), got.text).toBe('Spare.')
      expect(await attemptsOf(router.url, got.headers['x-generation-id'])).toMatchObject([{ kind }, { kind: 'ok' }])
    },
  )

  it('says in the stream that it broke off', async () => {
    let upstreams: ServerResponse | undefined
    answer = (_, response) => {
      upstreams = response
      response.writeHead(200, { 'content-type': LINES }).write(line({ content: 'Hel' }))
    }
    const incoming = await open(`${router.url}/v1/chat/completions`, { body: { model: 'late', ...ASK, stream: true } })
    let text = ''
    for await (const chunk of incoming) {
      text += String(chunk)
      upstreams?.end('{"error":"an error was encountered while running the model"}\n')
      upstreams = undefined
    }
    expect(text).toContain('"content":"Hel"')
    expect(text).toContain('an error was encountered while running the model')
    expect(text).not.toContain('[DONE]')
  })
})

describe('Cohere', () => {
  const STREAM = [
    { type: 'message-start', id: 'co-1', delta: { message: { role: 'assistant' } } },
    { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I look.' } } },
    {
      type: 'tool-call-start',
      index: 0,
      delta: { message: { tool_calls: { id: 'look_1', type: 'function', function: { name: 'look', arguments: '' } } } },
    },
    { type: 'tool-call-delta', index: 0, delta: { message: { tool_calls: { function: { arguments: '{"a":1}' } } } } },
    { type: 'tool-call-end', index: 0 },
    { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: USAGE } },
  ]

  it('streams its events to a client of chat completions', async () => {
    answer = events(STREAM.map(event).join(''))
    const got = await chat('cohere', { stream: true, tools: [TOOL], tool_choice: 'required', top_p: 1 })
    expect(got.status, got.text).toBe(200)
    expect(deltas(got, 'reasoning')).toBe('I look.')
    expect(got.text).toContain('"arguments":"{\\"a\\":1}"')
    expect(got.text).toContain('"finish_reason":"tool_calls"')
    expect(asked()).toMatchObject({ url: '/v2/chat', body: { stream: true, tool_choice: 'REQUIRED', p: 0.99 } })
    expect(upstream.asked.at(-1)!.headers.authorization).toBe('Bearer co-key')
    expect(await generation(router.url, got.headers['x-generation-id'])).toMatchObject({
      native_tokens_prompt: 7,
      native_tokens_completion: 3,
    })
  })

  it('answers with documents and citations', async () => {
    const citations = [
      {
        start: 0,
        end: 5,
        text: 'Tall',
        sources: [{ type: 'document', id: 'd', document: { url: 'https://a.example', title: 'A' } }],
      },
    ]
    answer = (_, response) =>
      json(response, {
        id: 'co-2',
        finish_reason: 'COMPLETE',
        message: { role: 'assistant', content: [{ type: 'text', text: 'Tall ones.' }], citations },
        usage: USAGE,
      })
    const got = await chat('cohere', { documents: [{ data: { text: 'x' } }] })
    expect(got.json).toMatchObject({
      choices: [{ message: { content: 'Tall ones.', citations, annotations: [{ type: 'url_citation' }] } }],
      usage: { prompt_tokens: 7 },
    })
    expect(asked().body).toMatchObject({ documents: [{ data: { text: 'x' } }] })
  })

  it('embeds and ranks', async () => {
    answer = ({ url }, response) =>
      url === '/v2/embed'
        ? json(response, { id: 'e', embeddings: { float: [[1, 2]] }, meta: { billed_units: { input_tokens: 2 } } })
        : json(response, {
            id: 'r',
            results: [{ index: 0, relevance_score: 0.9 }],
            meta: { billed_units: { search_units: 1 } },
          })
    const embedded = await ask('/v1/embeddings', { model: 'co-embed', input: ['a'], input_type: 'search_query' })
    expect(embedded.json).toMatchObject({ data: [{ embedding: [1, 2], index: 0 }], usage: { prompt_tokens: 2 } })
    expect(asked().body).toMatchObject({ input_type: 'search_query', texts: ['a'], embedding_types: ['float'] })
    const ranked = await ask('/v2/rerank', { model: 'rank', query: 'q', documents: ['a'] })
    expect(ranked.json).toMatchObject({ results: [{ index: 0, relevance_score: 0.9 }] })
  })

  it.each(['ERROR', 'TIMEOUT'])('gives way to another after %s under status 200', async (finish_reason) => {
    answer = (_, response) => json(response, { id: 'co-3', finish_reason, message: { role: 'assistant', content: [] } })
    const got = await chat(finish_reason)
    expect(got.json).toMatchObject({ choices: [{ message: { content: 'Spare.' } }] })
    const kind = finish_reason === 'ERROR' ? 'provider_error' : 'provider_timeout_response'
    expect(await attemptsOf(router.url, got.headers['x-generation-id'])).toMatchObject([{ kind }, { kind: 'ok' }])
  })
})

describe('OpenRouter', () => {
  const COMPLETION = {
    id: 'gen-or',
    object: 'chat.completion',
    created: 1,
    model: 'deepseek/deepseek-chat',
    provider: 'DeepInfra',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi.',
          reasoning: 'R',
          reasoning_details: [{ type: 'reasoning.text', text: 'R' }],
        },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, cost: 0.0025 },
  }

  it('asks one provider behind it, and costs what it says', async () => {
    answer = (_, response) => json(response, COMPLETION)
    const got = await chat('pinned')
    expect(got.json).toMatchObject({ choices: COMPLETION.choices })
    expect(asked()).toMatchObject({
      url: '/api/v1/chat/completions',
      body: { provider: { data_collection: 'deny', only: ['deepinfra'], allow_fallbacks: false } },
    })
    expect(upstream.asked.at(-1)!.headers['x-openrouter-title']).toBe('Tests')
    const id = got.headers['x-generation-id']
    expect(await generation(router.url, id)).toMatchObject({ total_cost: 0.0025 })
    expect(await attemptsOf(router.url, id)).toEqual([
      { endpoint: 'openrouter/deepseek/deepseek-chat@deepinfra', kind: 'ok' },
    ])
  })

  it('does not take this router’s own words for its own', async () => {
    answer = (_, response) => json(response, COMPLETION)
    await chat('openrouter', { models: ['openrouter'], provider: { only: ['openrouter'], sort: 'price' } })
    const { body } = asked()
    expect(body.models).toBeUndefined()
    expect(body.provider).toEqual({ data_collection: 'deny', sort: 'price' })
  })

  it('gives way to another when nobody behind it may answer, and holds nothing against it', async () => {
    answer = (_, response) =>
      json(response, { error: { code: 404, message: 'No endpoints found matching your data policy.' } }, 404)
    for (let i = 0; i < 3; i++) {
      const got = await chat('openrouter-or-spare', { messages: [{ role: 'user', content: `Hello ${i}` }] })
      expect(await attemptsOf(router.url, got.headers['x-generation-id'])).toMatchObject([
        { kind: 'provider_not_found' },
        { kind: 'ok' },
      ])
    }
  })

  it('gives way to another after an error in its stream', async () => {
    const error = { code: 429, message: 'Slow down', metadata: { error_type: 'rate_limit_exceeded' } }
    answer = events(
      `: OPENROUTER PROCESSING\n\ndata: ${JSON.stringify({ id: 'gen-or', choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }], error })}\n\n`,
    )
    const got = await chat('or-cut', { stream: true })
    expect(deltas(got, 'content')).toBe('Spare.')
    expect(await attemptsOf(router.url, got.headers['x-generation-id'])).toMatchObject([
      { kind: 'provider_rate_limited' },
      { kind: 'ok' },
    ])
  })
})
