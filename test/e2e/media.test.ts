/** Images, reranking and moderation, over real sockets and scripted upstreams. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { PIXEL } from '../helpers/upstream/media.ts'
import { type Behaviour, faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

/** What is asked for, and who answers after the faulty one. */
const ASKED = [
  { name: 'images', path: '/v1/images/generations', body: { prompt: 'A lamp' }, reliable: 'two/good' },
  {
    name: 'streams',
    path: '/api/v1/images/generations',
    body: { prompt: 'A lamp', stream: true },
    reliable: 'two/good',
  },
  { name: 'moderation', path: '/v1/moderations', body: { input: 'knife' }, reliable: 'two/good' },
  { name: 'reranking', path: '/v1/rerank', body: { query: 'a', documents: ['a'] }, reliable: 'voyage/good' },
  { name: 'cohere', path: '/v2/rerank', body: { query: 'a', documents: ['a'] }, reliable: 'voyage/good' },
]
const HASTY = { first_token: '1s', response: '1s', alive: '1s', idle: '1s' }
const FAULTS: readonly { what: string; behaviour: Behaviour; outcome?: string; timeouts?: typeof HASTY }[] = [
  { what: '500', behaviour: faults.status(500), outcome: 'provider_error' },
  { what: '429', behaviour: faults.rateLimited(), outcome: 'provider_rate_limited' },
  { what: 'an error under 200', behaviour: faults.errorUnder200(500), outcome: 'provider_error' },
  { what: 'a page of a proxy', behaviour: faults.htmlError(502), outcome: 'provider_error' },
  { what: 'a page under 200', behaviour: faults.htmlError(200) },
  { what: 'an answer of nothing', behaviour: faults.empty },
  { what: 'an empty body', behaviour: ({ response }) => void response.end() },
  { what: 'a reset', behaviour: faults.reset, outcome: 'provider_network' },
  { what: 'a cut', behaviour: faults.cutAfter(0), outcome: 'provider_truncated' },
  { what: 'silence', behaviour: faults.hangBeforeHead, timeouts: HASTY },
  { what: 'a head and silence', behaviour: faults.hangAfterHead, timeouts: HASTY },
  { what: 'no JSON', behaviour: faults.malformedAfter(0), outcome: 'provider_malformed' },
]

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const at = (path: string) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url.replace('/v1', path),
    api_key: 'sk-upstream',
  })
  router = await startRouter({
    config: {
      providers: {
        one: at('/v1'),
        two: at('/v1'),
        voyage: { ...at('/voyage'), preset: 'voyage' },
        cohere: { ...at('/compatibility/v1'), preset: 'cohere' },
        groq: { ...at('/groq'), preset: 'groq' },
      },
      models: {
        draw: {
          endpoints: [
            { provider: 'one', model: 'gpt-image', price: { prompt: 5, completion: 10, image_completion: 40 } },
            { provider: 'two', model: 'gpt-image-2', price: { prompt: 5, completion: 40 } },
          ],
        },
        dalle: {
          endpoints: [
            {
              provider: 'one',
              model: 'dall-e-3',
              price: {
                prompt: 0,
                completion: 0,
                image: 0.04,
                tiers: [
                  { quality: 'hd', image: 0.08 },
                  { image_size: '1024x1792', quality: 'hd', image: 0.12 },
                ],
              },
            },
          ],
        },
        choice: {
          endpoints: [
            { provider: 'one', model: 'dear', price: { prompt: 0, completion: 0, image: 0.08 } },
            { provider: 'two', model: 'cheap', price: { prompt: 0, completion: 0, image: 0.02 } },
          ],
        },
        unpriced: { endpoints: [{ provider: 'one', model: 'dall-e-2' }] },
        rank: { endpoints: [{ provider: 'one', model: 'jina-reranker', price: { prompt: 0.02, completion: 0 } }] },
        'rank-cohere': {
          endpoints: [{ provider: 'cohere', model: 'rerank-v3.5', price: { prompt: 0, completion: 0, search: 0.002 } }],
        },
        'rank-voyage': { endpoints: ['voyage/rerank-2.5'] },
        ...Object.fromEntries(
          ASKED.flatMap(({ name, reliable }) =>
            FAULTS.map(({ what, timeouts }) => {
              const model = `${name}-${what.replaceAll(' ', '-')}`
              return [model, { endpoints: ['groq/none', { provider: 'one', model, timeouts }, reliable] }]
            }),
          ),
        ),
        guard: { endpoints: ['one/omni-moderation-latest', 'two/omni-moderation-latest'] },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => upstream.clear())

const post = (path: string, body: Record<string, unknown> | string) => send(`${router.url}${path}`, { body })
type Attempt = { endpoint: string; outcome: string; cost_usd: number | null } & Record<string, unknown>
const attemptsOf = async (id: unknown) => (await generation(router.url, id)).attempts as [Attempt, ...Attempt[]]

describe('images', () => {
  it('pass byte for byte but for the name of the model, and cost by their tokens', async () => {
    const body = '{ "prompt": "A lamp", "model" : "draw","n":2,"size":"1024x1024", "seed": 12345678901234567890 }'
    const { status, headers, json } = await post('/v1/images/generations', body)
    expect(status).toBe(200)
    expect(upstream.requests[0]!.body.toString()).toBe(body.replace('"draw"', '"gpt-image"'))
    expect(upstream.requests[0]!.path).toBe('/v1/images/generations')
    expect(json).toMatchObject({ data: [{ b64_json: PIXEL }, { b64_json: PIXEL }], usage: { output_tokens: 544 } })
    const [attempt] = await attemptsOf(headers['x-generation-id'])
    expect(attempt).toMatchObject({
      outcome: 'ok',
      images: 2,
      image_size: '1024x1024',
      input_tokens: 9,
      output_tokens: 544,
    })
    expect(attempt!.cost_usd).toBeCloseTo((9 * 5 + 544 * 10) / 1e6)
  })

  it('cost by number, size and quality where there are no tokens, and nothing is made up without a price', async () => {
    const cost = async (body: Record<string, unknown>) => {
      const { headers } = await post('/v1/images/generations', { prompt: 'A lamp', ...body })
      const [attempt] = await attemptsOf(headers['x-generation-id'])
      return attempt!.cost_usd
    }
    expect(await cost({ model: 'dalle', n: 2 })).toBeCloseTo(0.08)
    expect(await cost({ model: 'dalle', quality: 'hd' })).toBeCloseTo(0.08)
    expect(await cost({ model: 'dalle', quality: 'hd', size: '1024x1792' })).toBeCloseTo(0.12)
    expect(await cost({ model: 'unpriced' })).toBeNull()
  })

  it('stream: partial images first, and nothing is sent before one', async () => {
    upstream.script('gpt-image', faults.cutAfter(0))
    const { status, headers, events } = await post('/v1/images/generations', {
      model: 'draw',
      prompt: 'A lamp',
      stream: true,
      partial_images: 2,
    })
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/event-stream')
    expect(headers['x-router-endpoint']).toBe('two/gpt-image-2')
    expect(events.map(({ event }) => event)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ])
    expect(events.at(-1)!.json).toMatchObject({ b64_json: PIXEL, usage: { output_tokens: 272 } })
    const attempts = await attemptsOf(headers['x-generation-id'])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['provider_truncated', 'ok'])
    expect(attempts[1]).toMatchObject({ images: 1, output_tokens: 272 })
  })

  it('report a cut after the first partial image in-band', async () => {
    upstream.script('gpt-image', faults.cutAfter(1))
    const { events } = await post('/v1/images/generations', { model: 'draw', prompt: 'A lamp', stream: true })
    expect(events[0]!.event).toBe('image_generation.partial_image')
    expect(events.at(-1)).toMatchObject({ event: 'error', json: { error: { message: expect.any(String) } } })
    expect(upstream.requestsFor('gpt-image-2')).toEqual([])
  })

  it('are streamed although the upstream answers whole', async () => {
    upstream.script('gpt-image', (exchange) =>
      reply()({ ...exchange, request: { ...exchange.request, stream: false } }),
    )
    const { events } = await post('/v1/images/generations', { model: 'draw', prompt: 'A lamp', stream: true })
    expect(events.map(({ json }) => json?.type)).toEqual(['image_generation.completed'])
    expect(events[0]!.json).toMatchObject({ b64_json: PIXEL, usage: { output_tokens: 272 } })
  })
})

describe.each(ASKED)('$name moves on', ({ name, path, body, reliable }) => {
  it.each(FAULTS)('after $what', async ({ what, behaviour, outcome }) => {
    const model = `${name}-${what.replaceAll(' ', '-')}`
    upstream.script(model, behaviour)
    const { status, headers, text } = await post(path, { model, ...body })
    expect(status, text).toBe(200)
    expect(headers['x-router-endpoint']).toBe(reliable)
    const [first] = await attemptsOf(headers['x-generation-id'])
    expect(first).toMatchObject({ endpoint: `one/${model}`, outcome: outcome ?? expect.stringMatching(/^provider_/) })
  })
})

describe('reranking', () => {
  const asked = { query: 'blue whale', documents: ['a red fox', { text: 'the blue whale' }, 'a blue car'], top_n: 2 }
  const best = [
    { index: 1, relevance_score: 0.2, document: { text: 'the blue whale' } },
    { index: 2, relevance_score: 0.1, document: { text: 'a blue car' } },
  ]
  const bare = best.map(({ index, relevance_score }) => ({ index, relevance_score }))

  it.each(['rank', 'rank-cohere', 'rank-voyage'])('at /v1 is answered with documents by %s', async (model) => {
    const { status, json } = await post('/v1/rerank', { model, ...asked })
    expect(status).toBe(200)
    expect(json).toMatchObject({ results: best, usage: expect.any(Object) })
    const without = await post('/v1/rerank', { model, ...asked, return_documents: false })
    expect(without.json?.results).toEqual(bare)
  })

  it.each(['rank', 'rank-cohere', 'rank-voyage'])('at /v2 is answered as Cohere would by %s', async (model) => {
    const { status, json } = await post('/v2/rerank', { model, ...asked })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      id: expect.any(String),
      results: bare,
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
    })
  })

  it.each(['rank', 'rank-cohere', 'rank-voyage'])('is answered as Voyage would to top_k by %s', async (model) => {
    const { top_n: top_k, ...rest } = asked
    const { json } = await post('/v1/rerank', { model, ...rest, top_k })
    expect(json).toMatchObject({ object: 'list', data: bare, usage: { total_tokens: expect.any(Number) } })
  })

  it('has who answered, and what it cost, under /api/v1', async () => {
    const { json } = await post('/api/v1/rerank', { model: 'rank-cohere', ...asked })
    expect(json).toMatchObject({
      id: expect.any(String),
      model: 'rerank-v3.5',
      provider: 'cohere',
      results: best,
      usage: { search_units: 1, cost: 0.002 },
    })
    expect(upstream.requests[0]!.path).toBe('/v2/rerank')
    expect(upstream.requests[0]!.json).toEqual({
      model: 'rerank-v3.5',
      query: 'blue whale',
      documents: ['a red fox', 'the blue whale', 'a blue car'],
      top_n: 2,
    })
  })

  it('refuses what cannot be ranked before anybody is asked, each in its own words', async () => {
    const openai = await post('/v1/rerank', { model: 'rank', query: 'a', documents: [] })
    expect(openai).toMatchObject({ status: 400, json: { error: { param: 'documents' } } })
    const cohere = await post('/v2/rerank', { model: 'rank', documents: ['a'] })
    expect(cohere).toMatchObject({ status: 400, json: { message: expect.stringContaining('"query"') } })
    const image = { model: 'rank-cohere', query: 'a', documents: [{ image: 'https://images.example/1.png' }] }
    expect((await post('/v1/rerank', image)).status).toBe(400)
    expect(upstream.requests).toEqual([])
  })
})

describe('embeddings and moderation', () => {
  it.each([
    [
      [
        {
          content: [
            { type: 'text', text: 'A lamp' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,' } },
          ],
        },
      ],
    ],
    [[{ text: 'A lamp' }, { image: PIXEL }]],
    [['A lamp', { image: 'https://images.example/1.png' }]],
  ])('take images: %j', async (input) => {
    const { status, json } = await post('/v1/embeddings', { model: 'one/clip', input })
    expect(status).toBe(200)
    expect(json?.data).toHaveLength(input.length)
    expect(upstream.requests[0]!.json.input).toEqual(input)
  })

  it('judge texts and images', async () => {
    const input = [
      { type: 'text', text: 'a knife' },
      { type: 'image_url', image_url: { url: 'https://images.example/1.png' } },
    ]
    const { json } = await post('/v1/moderations', { model: 'guard', input })
    expect(json).toMatchObject({ results: [{ flagged: true, categories: { violence: true } }, { flagged: false }] })
  })
})

describe('what is known of the work', () => {
  it('ranks by the price of a piece', async () => {
    const asked = { model: 'choice', prompt: 'A lamp', n: 3 }
    expect((await post('/v1/images/generations', asked)).headers['x-router-endpoint']).toBe('one/dear')
    const { headers } = await post('/v1/images/generations', { ...asked, provider: { sort: 'price' } })
    expect(headers['x-router-endpoint']).toBe('two/cheap')
    const { candidates } = await generation(router.url, headers['x-generation-id'])
    const prices = (candidates as { endpoint: string; price_usd: number }[]).map((each) => [
      each.endpoint,
      each.price_usd,
    ])
    expect(Object.fromEntries(prices)).toEqual({ 'one/dear': expect.closeTo(0.24), 'two/cheap': expect.closeTo(0.06) })
  })

  it('is measured by router bench, in its own unit', async () => {
    const { stdout, stderr, code } = await router.cli('bench', 'choice', '--operation', 'image', '-n', '2', '--json')
    expect(code, stderr).toBe(0)
    const report = JSON.parse(stdout) as { endpoints: Record<string, unknown>[] }
    expect(report.endpoints[0]).toMatchObject({
      endpoint: 'one/dear',
      operation: 'image',
      speed_unit: 'images',
      ok: 2,
      tokens_per_second: { n: 2 },
      cost_usd: expect.closeTo(0.16),
    })
    expect(upstream.requestsFor('dear')[0]!.json).toMatchObject({ prompt: expect.any(String), n: 1 })
  })
})
