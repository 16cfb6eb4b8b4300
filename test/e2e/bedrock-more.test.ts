/** Bedrock's embeddings, counts of tokens and lists of models, over real sockets. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type AnyUpstream, type Asked, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const TITAN = 'amazon.titan-embed-text-v2:0'
const COHERE = 'cohere.embed-multilingual-v3'

let upstream: AnyUpstream
let router: Router

const LISTS: Readonly<Record<string, object>> = {
  '/us-east-1/foundation-models': {
    modelSummaries: [
      { modelId: 'amazon.nova-lite-v1:0', inferenceTypesSupported: ['ON_DEMAND'] },
      { modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0', inferenceTypesSupported: ['INFERENCE_PROFILE'] },
    ],
  },
  '/us-east-1/inference-profiles?maxResults=1000': {
    inferenceProfileSummaries: [
      { inferenceProfileId: CLAUDE, status: 'ACTIVE' },
      { inferenceProfileId: 'global.anthropic.claude-haiku-4-5-20251001-v1:0', status: 'ACTIVE' },
    ],
  },
}

beforeAll(async () => {
  upstream = await startAnyUpstream(({ url }, response) => {
    if (LISTS[url]) json(response, LISTS[url])
    else if (url.endsWith('/count-tokens')) json(response, { inputTokens: 42 })
    else if (url.includes('titan')) json(response, { embedding: [0.5, -1], inputTextTokenCount: 3 })
    else json(response, { id: 'e1', response_type: 'embeddings_by_type', embeddings: { float: [[1], [2]] } })
  })
  router = await startRouter({
    config: {
      providers: {
        bedrock: {
          region: 'us-east-1',
          access_key_id: 'AKIDEXAMPLE',
          secret_access_key: 'secret-of-a-user',
          base_url: `${upstream.origin}/{region}`,
        },
      },
      models: {
        titan: { endpoints: [`bedrock/${TITAN}`] },
        cohere: { endpoints: [`bedrock/${COHERE}`] },
        claude: { endpoints: [`bedrock/${CLAUDE}`] },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => void (upstream.asked as Asked[]).splice(0))

const post = (path: string, body: Record<string, unknown>) => send(`${router.url}/v1/${path}`, { body })
const sent = () => JSON.parse(upstream.asked.at(-1)!.body.toString())

it('embeds with Titan, one text a request', async () => {
  const { status, json: body } = await post('embeddings', { model: 'titan', input: 'Hello', dimensions: 256 })
  expect([status, body]).toMatchObject([
    200,
    { data: [{ index: 0, embedding: [0.5, -1] }], usage: { prompt_tokens: 3, total_tokens: 3 } },
  ])
  const [{ url, headers }] = upstream.asked as [Asked]
  expect(url).toBe(`/us-east-1/model/${encodeURIComponent(TITAN)}/invoke`)
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /)
  expect(sent()).toEqual({ inputText: 'Hello', dimensions: 256 })
  const many = await post('embeddings', { model: 'titan', input: ['One', 'two'] })
  expect([many.status, many.text]).toEqual([400, expect.stringContaining('one at a time')])
})

it('embeds with Cohere, many texts a request', async () => {
  const { status, json: body } = await post('embeddings', { model: 'cohere', input: ['One', 'two'], priority: 1 })
  expect([status, body!.data]).toMatchObject([200, [{ embedding: [1] }, { embedding: [2] }]])
  expect(sent()).toEqual({
    texts: ['One', 'two'],
    input_type: 'search_document',
    embedding_types: ['float'],
    truncate: 'NONE',
  })
})

it('counts what Claude would be sent, by its own id', async () => {
  const messages = [{ role: 'user', content: 'Hi' }]
  const { status, json: body, headers } = await post('messages/count_tokens', { model: 'claude', messages })
  expect([status, body, headers['x-router-token-count']]).toEqual([200, { input_tokens: 42 }, undefined])
  expect(upstream.asked[0]!.url).toBe(
    `/us-east-1/model/${encodeURIComponent('anthropic.claude-sonnet-4-5-20250929-v1:0')}/count-tokens`,
  )
  const counted = JSON.parse(Buffer.from(sent().input.invokeModel.body, 'base64').toString())
  expect(counted).toEqual({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 1024, messages })
})

it('does not ask a model for what it is not made for', async () => {
  const chat = await post('chat/completions', { model: 'titan', messages: [{ role: 'user', content: 'Hi' }] })
  const embedding = await post('embeddings', { model: 'claude', input: 'Hi' })
  expect([chat.status, embedding.status]).toEqual([404, 404])
  expect(upstream.asked).toEqual([])
})

it('lists models by their own ids where they can be asked for so, and profiles', async () => {
  const { stdout } = await router.cli('models', '--upstream', '--json')
  expect(stdout).toContain('amazon.nova-lite-v1:0')
  expect(stdout).toContain(CLAUDE)
  expect(stdout).not.toContain('"anthropic.claude-sonnet')
  const lists = upstream.asked.map(({ url, headers }) => [url, headers.authorization?.split(' ', 1)[0]])
  expect(lists).toEqual(Object.keys(LISTS).map((url) => [url, 'AWS4-HMAC-SHA256']))
})
