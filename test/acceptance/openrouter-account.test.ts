/** The `@openrouter/sdk` package, unmodified but for its server URL: what it asks beside inference. */
import { OpenRouter } from '@openrouter/sdk'
import type { ChatResult } from '@openrouter/sdk/models'
import { BadRequestResponseError, NotFoundResponseError } from '@openrouter/sdk/models/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const [ALICE, BOB] = ['sk-key-of-alice', 'sk-key-of-bob']
const PRICE = { prompt: 1000, completion: 2000 }
/** USD, of 11 tokens in and 7 out. */
const COST = (11 * 1000 + 7 * 2000) / 1e6

let upstream: Upstream
let router: Router
let directory: string
const config = () => ({
  auth: { keys: [ALICE, BOB] },
  providers: {
    acme: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-up', price: PRICE },
    other: {
      plugin: 'openai-compatible',
      base_url: upstream.url,
      api_key: 'sk-up',
      price: { prompt: 1, completion: 2 },
    },
  },
  models: {
    'acme/large': {
      description: 'Thinks for long',
      endpoints: [
        {
          provider: 'acme',
          model: 'large',
          context_length: 200_000,
          parameters: ['tools', 'temperature'],
          input_modalities: ['text', 'image'],
        },
      ],
    },
    'other/small': {
      endpoints: [{ provider: 'other', model: 'small', context_length: 8_000, parameters: ['temperature'] }],
    },
    'two/homes': { endpoints: ['acme/shared', 'other/shared'] },
  },
})
const clientOf = (apiKey: string) =>
  new OpenRouter({ apiKey, serverURL: `${router.url}/api/v1`, retryConfig: { strategy: 'none' } })
const chat = async (apiKey: string, model: string) =>
  (await clientOf(apiKey).chat.send({
    chatRequest: { model, messages: [{ role: 'user', content: 'Hi' }], stream: false },
  })) as ChatResult

beforeAll(async () => {
  upstream = await startUpstream()
  directory = await temporaryDirectory()
  router = await startRouter({ config: config(), directory })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await removeDirectory(directory)
})

describe('what a key used', () => {
  beforeAll(async () => {
    await chat(ALICE, 'acme/large')
    await chat(ALICE, 'acme/large')
    await chat(BOB, 'other/small')
  })

  it('is reported to who has the key, and survives a restart', async () => {
    const check = async () => {
      const { data } = await clientOf(ALICE).apiKeys.getCurrentKeyMetadata()
      expect(data).toMatchObject({ limit: null, limitRemaining: null, isFreeTier: false, rateLimit: { requests: -1 } })
      for (const usage of [data.usage, data.usageDaily, data.usageWeekly, data.usageMonthly])
        expect(usage).toBeCloseTo(2 * COST, 9)
      expect(data.byokUsage).toBe(0)
      expect(data.label).not.toContain(ALICE)
      const bob = await clientOf(BOB).apiKeys.getCurrentKeyMetadata()
      expect(bob.data.usage).toBeCloseTo(COST / 1000, 9)
      const credits = await clientOf(ALICE).credits.getCredits()
      expect(credits.data.totalUsage).toBeCloseTo(2 * COST, 9)
      expect(credits.data.totalCredits).toBeGreaterThan(1000)
    }
    await check()
    await router.stop()
    router = await startRouter({ config: config(), directory })
    await check()
  })

  it('is the same at the older address', async () => {
    const headers = { authorization: `Bearer ${ALICE}` }
    for (const path of ['/api/v1/auth/key', '/v1/key'])
      expect((await send(`${router.url}${path}`, { headers })).json).toMatchObject({ data: { usage: 2 * COST } })
    expect((await send(`${router.url}/api/v1/key`)).status).toBe(401)
  })

  it('by day, model and endpoint', async () => {
    const { data } = await clientOf(ALICE).analytics.getUserActivity()
    expect(data).toEqual([
      expect.objectContaining({
        date: new Date().toISOString().slice(0, 10),
        model: 'acme/large',
        endpointId: 'acme/large',
        providerName: 'acme',
        requests: 2,
        promptTokens: 22,
        completionTokens: 14,
      }),
    ])
    const past = await clientOf(ALICE).analytics.getUserActivity({ date: '2020-01-01' })
    expect(past.data).toEqual([])
    const headers = { authorization: `Bearer ${ALICE}` }
    const wrong = await send(`${router.url}/api/v1/activity?date=yesterday`, { headers })
    expect(wrong).toMatchObject({
      status: 400,
      json: { error: { code: 400, message: expect.stringContaining('date') } },
    })
  })
})

describe('models', () => {
  const ids = async (query: Parameters<OpenRouter['models']['list']>[0]) =>
    (await collect(await clientOf(ALICE).models.list(query))).flatMap(({ result }) => result.data.map(({ id }) => id))

  it.each<[Parameters<OpenRouter['models']['list']>[0], string[]]>([
    [{}, ['acme/large', 'other/small', 'two/homes']],
    [{ limit: 2 }, ['acme/large', 'other/small', 'two/homes']],
    [{ limit: 1, offset: 1 }, ['other/small', 'two/homes']],
    [{ supportedParameters: 'tools,temperature' }, ['acme/large']],
    [{ supportedParameters: 'temperature' }, ['acme/large', 'other/small']],
    [{ inputModalities: 'image' }, ['acme/large']],
    [{ outputModalities: 'text' }, ['acme/large', 'other/small', 'two/homes']],
    [{ outputModalities: 'embeddings' }, []],
    [{ outputModalities: 'all' }, ['acme/large', 'other/small', 'two/homes']],
    [{ q: 'thinks' }, ['acme/large']],
    [{ q: 'SMALL' }, ['other/small']],
    [{ context: 100_000 }, ['acme/large']],
    [{ maxPrice: 1, minPrice: 1, maxOutputPrice: 2 }, ['other/small', 'two/homes']],
    [{ minPrice: 2 }, ['acme/large']],
    [{ providers: 'acme' }, ['acme/large', 'two/homes']],
    [{ modelAuthors: 'other,two' }, ['other/small', 'two/homes']],
    [{ zdr: 'true' }, []],
    [{ category: 'programming' }, ['acme/large', 'other/small', 'two/homes']],
    [{ sort: 'pricing-high-to-low' }, ['acme/large', 'other/small', 'two/homes']],
    [{ sort: 'pricing-low-to-high' }, ['other/small', 'two/homes', 'acme/large']],
    [{ sort: 'context-high-to-low' }, ['acme/large', 'other/small', 'two/homes']],
    [{ sort: 'top-weekly' }, ['acme/large', 'other/small', 'two/homes']],
    [{ sort: 'intelligence-high-to-low' }, ['acme/large', 'other/small', 'two/homes']],
  ])('that are %j', async (query, expected) => expect(await ids(query)).toEqual(expected))

  it('are refused for a sort that there is none of, and a number that is none', async () => {
    await expect(ids({ sort: 'by-name' as never })).rejects.toBeInstanceOf(BadRequestResponseError)
    const headers = { authorization: `Bearer ${ALICE}` }
    expect((await send(`${router.url}/v1/models?context=lots`, { headers })).json).toMatchObject({
      error: { type: 'invalid_request_error', param: 'context' },
    })
  })

  it('of the user, of embeddings, one of them, and their number', async () => {
    const client = clientOf(ALICE)
    const own = await collect(await client.models.listForUser({ bearer: ALICE }, { limit: 2 }))
    expect(own.flatMap(({ result }) => result.data)).toHaveLength(3)
    const embedders = await collect(await client.embeddings.listModels())
    expect(embedders.flatMap(({ result }) => result.data)).toEqual([])
    const one = await client.models.get({ author: 'acme', slug: 'large' })
    expect(one.data).toMatchObject({ id: 'acme/large', contextLength: 200_000 })
    expect((await client.models.count({ outputModalities: 'embeddings' })).data.count).toBe(0)
    await expect(client.models.get({ author: 'acme', slug: 'nothing' })).rejects.toBeInstanceOf(NotFoundResponseError)
  })

  it('come in pages to clients of Anthropic too', async () => {
    const headers = { 'x-api-key': ALICE }
    const { json } = await send(`${router.url}/v1/models?limit=2`, { headers })
    expect(json).toMatchObject({ has_more: true, first_id: 'acme/large', last_id: 'other/small' })
    const rest = await send(`${router.url}/v1/models?limit=2&after_id=other/small`, { headers })
    expect(rest.json).toMatchObject({ has_more: false, data: [{ id: 'two/homes' }] })
  })

  it('and what they support, also at one provider', async () => {
    const headers = { authorization: `Bearer ${ALICE}` }
    const url = `${router.url}/api/v1/parameters`
    const { json } = await send(`${url}/acme/large`, { headers })
    expect(json).toEqual({ data: { model: 'acme/large', supported_parameters: ['tools', 'temperature'] } })
    const elsewhere = await send(`${url}/acme/large?provider=other`, { headers })
    expect(elsewhere.json).toEqual({ data: { model: 'acme/large', supported_parameters: [] } })
    expect((await send(`${url}/acme/nothing`, { headers })).status).toBe(404)
  })
})

it('providers', async () => {
  const { data } = await clientOf(ALICE).providers.list()
  expect(data.map(({ slug }) => slug)).toEqual(['acme', 'other'])
  expect((await clientOf(ALICE).endpoints.listZdrEndpoints()).data).toEqual([])
})

it('the content of a generation is not kept, and said not to be', async () => {
  const { id } = await chat(ALICE, 'other/small')
  const error = await clientOf(ALICE)
    .generations.listGenerationContent({ id })
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(NotFoundResponseError)
  expect(error).toMatchObject({ body: expect.stringContaining('neither prompts nor answers') })
  await expect(clientOf(BOB).generations.listGenerationContent({ id })).rejects.toMatchObject({
    body: expect.stringContaining('No request'),
  })
})
