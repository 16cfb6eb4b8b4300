/** Files and batches of the makers' own clients, kept by scripted upstreams. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AnyUpstream, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const KEY = 'sk-client-key-1'
const OTHER_KEY = 'sk-client-key-2'

/** Keeps files and batches in OpenAI's manner. */
function startKeeper(): Promise<AnyUpstream> {
  const files = new Map<string, object>()
  const batches = new Map<string, object>()
  const list = (all: Map<string, object>) => ({
    object: 'list',
    data: [...all.values()],
    has_more: false,
    first_id: [...all.keys()][0] ?? null,
    last_id: [...all.keys()].at(-1) ?? null,
  })
  const missing = { error: { message: 'No such thing', type: 'invalid_request_error', param: 'id', code: null } }
  return startAnyUpstream(({ method, url, body }, response) => {
    const [, , kind, id, under] = new URL(url, 'http://x').pathname.split('/')
    if (kind === 'files' && method === 'POST') {
      const file = { id: `file-${files.size + 1}`, object: 'file', bytes: body.length, purpose: 'batch' }
      files.set(file.id, file)
      json(response, file)
    } else if (kind === 'files' && !id) json(response, list(files))
    else if (kind === 'files' && under === 'content') response.writeHead(200).end('{"custom_id":"1"}\n')
    else if (kind === 'files' && method === 'DELETE') json(response, { id, object: 'file', deleted: files.delete(id!) })
    else if (kind === 'files') json(response, files.get(id!) ?? missing, files.has(id!) ? 200 : 404)
    else if (kind === 'batches' && method === 'POST' && !id) {
      const { input_file_id } = JSON.parse(body.toString())
      const batch = {
        id: `batch_${batches.size + 1}`,
        object: 'batch',
        status: 'completed',
        input_file_id,
        output_file_id: 'file-out',
        model: 'gpt-4o-mini',
        usage: { input_tokens: 1000, output_tokens: 1000, total_tokens: 2000 },
      }
      batches.set(batch.id, batch)
      json(response, batch)
    } else if (kind === 'batches' && !id) json(response, list(batches))
    else if (kind === 'batches')
      json(response, { ...batches.get(id!), ...(under === 'cancel' && { status: 'cancelling' }) })
    else json(response, missing, 404)
  })
}

function startAnthropicKeeper(): Promise<AnyUpstream> {
  const batch = {
    id: 'msgbatch_1',
    type: 'message_batch',
    processing_status: 'ended',
    results_url: 'https://api.anthropic.com/v1/messages/batches/msgbatch_1/results',
  }
  return startAnyUpstream(({ method, url }, response) => {
    const { pathname } = new URL(url, 'http://x')
    if (pathname.endsWith('/results'))
      response
        .writeHead(200, { 'content-type': 'application/x-jsonl' })
        .end('{"custom_id":"a","result":{"type":"canceled"}}\n')
    else if (pathname.startsWith('/v1/messages/batches'))
      json(response, method === 'GET' && pathname.endsWith('batches') ? { data: [batch], has_more: false } : batch)
    else json(response, { data: [], has_more: false })
  })
}

let one: AnyUpstream
let two: AnyUpstream
let anthropic: AnyUpstream
let router: Router
const start = async (): Promise<Router> =>
  startRouter({
    config: {
      auth: { keys: [KEY, OTHER_KEY] },
      providers: {
        one: { plugin: 'openai', base_url: `${one.origin}/v1`, api_key: 'sk-secret-one' },
        two: { plugin: 'openai', base_url: `${two.origin}/v1`, api_key: 'sk-secret-two' },
        anthropic: { base_url: anthropic.origin, api_key: 'sk-ant-secret-key' },
      },
    },
  })

beforeAll(async () => {
  ;[one, two, anthropic] = await Promise.all([startKeeper(), startKeeper(), startAnthropicKeeper()])
  router = await start()
})
afterAll(async () => {
  await router.stop()
  await Promise.all([one, two, anthropic].map((upstream) => upstream.close()))
})

const clientOf = (apiKey = KEY, provider?: string): OpenAI =>
  new OpenAI({
    apiKey,
    baseURL: `${router.url}/v1`,
    maxRetries: 0,
    ...(provider && { defaultHeaders: { 'x-router-provider': provider } }),
  })

describe('the openai client', () => {
  test('files and batches go where they are kept', async () => {
    const creator = clientOf(KEY, 'two')
    const file = await creator.files.create({ file: await toFile(Buffer.from('{}\n'), 'in.jsonl'), purpose: 'batch' })
    expect(two.asked.at(-1)?.headers['content-type']).toMatch(/^multipart\/form-data/)
    expect(two.asked.at(-1)?.headers.authorization).toBe('Bearer sk-secret-two')
    const client = clientOf()
    expect((await client.files.retrieve(file.id)).id).toBe(file.id)
    expect(await (await client.files.content(file.id)).text()).toBe('{"custom_id":"1"}\n')
    const batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    expect((await client.batches.retrieve(batch.id)).status).toBe('completed')
    expect((await client.batches.cancel(batch.id)).status).toBe('cancelling')
    expect(await (await client.files.content(batch.output_file_id!)).text()).toBe('{"custom_id":"1"}\n')
    const listed: string[] = []
    for await (const each of creator.files.list()) listed.push(each.id)
    expect(listed).toEqual([file.id])
    for await (const each of creator.batches.list()) expect(each.id).toBe(batch.id)
    expect((await client.files.delete(file.id)).deleted).toBe(true)
    expect(one.asked).toHaveLength(0)
  })

  test('nobody sees what another key has made', async () => {
    const mine = await clientOf(KEY, 'one').files.create({
      file: await toFile(Buffer.from('x'), 'a'),
      purpose: 'batch',
    })
    const other = clientOf(OTHER_KEY, 'one')
    await expect(other.files.retrieve(mine.id)).rejects.toMatchObject({ status: 404 })
    await expect(
      other.batches.create({ input_file_id: mine.id, endpoint: '/v1/embeddings', completion_window: '24h' }),
    ).rejects.toMatchObject({ status: 404 })
    expect((await other.files.list()).data).toEqual([])
    await expect(other.files.retrieve('file-unheard-of')).rejects.toMatchObject({ status: 404 })
  })

  test('a file is named to who keeps it, by who made it', async () => {
    const file = await clientOf(KEY, 'two').files.create({
      file: await toFile(Buffer.from('x'), 'a'),
      purpose: 'batch',
    })
    const ask = (key: string, model: string) =>
      clientOf(key).chat.completions.create({
        model,
        messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: file.id } }] }],
      })
    const before = [one.asked.length, two.asked.length]
    const refused = { status: 400, param: 'file_id', message: expect.stringContaining(file.id) }
    await expect(ask(OTHER_KEY, 'two/m')).rejects.toMatchObject(refused)
    await expect(ask(KEY, 'one/m')).rejects.toMatchObject(refused)
    expect([one.asked.length, two.asked.length]).toEqual(before)
    await expect(ask(KEY, 'two/m')).rejects.toThrow('No such thing')
    expect(two.asked.length).toBe(before[1]! + 1)
  })

  test('what a batch took is on record once, at its price', async () => {
    const client = clientOf(KEY, 'two')
    const file = await client.files.create({ file: await toFile(Buffer.from('x'), 'a'), purpose: 'batch' })
    const params = { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    const created = await client.batches.create(params).withResponse()
    const asked = await client.batches.retrieve(created.data.id).withResponse()
    const costs = [created, asked].map(async ({ response }) => {
      const path = `${router.url}/v1/generation?id=${response.headers.get('x-generation-id')}`
      const { json: found } = await send(path, { headers: { authorization: `Bearer ${KEY}` } })
      return (found as { data: { total_cost: number } }).data.total_cost
    })
    expect(await Promise.all(costs)).toEqual([0.000375, 0])
  })

  test('several may keep it, and none is named: 400', async () => {
    await expect(clientOf().files.list()).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('one, two'),
    })
  })

  test('it is remembered after a crash', async () => {
    const file = await clientOf(KEY, 'two').files.create({
      file: await toFile(Buffer.from('x'), 'a'),
      purpose: 'batch',
    })
    await router.kill9()
    router = await router.restart()
    expect((await clientOf().files.retrieve(file.id)).id).toBe(file.id)
  })
})

test('the @anthropic-ai/sdk client: batches, their results, and files', async () => {
  const client = new Anthropic({ apiKey: KEY, baseURL: router.url, maxRetries: 0 })
  const batch = await client.messages.batches.create({ requests: [] })
  expect((await client.messages.batches.retrieve(batch.id)).id).toBe(batch.id)
  const results = []
  for await (const result of await client.messages.batches.results(batch.id)) results.push(result.custom_id)
  expect(results).toEqual(['a'])
  expect((await client.beta.files.list({ betas: ['files-api-2025-04-14'] })).data).toEqual([])
  expect(anthropic.asked.at(-1)?.headers['x-api-key']).toBe('sk-ant-secret-key')
  expect(anthropic.asked.at(-1)?.headers['anthropic-beta']).toContain('files-api')
})

test('nobody has it: 501 in OpenAI’s shape', async () => {
  const lonely = await startRouter({ config: { providers: { sandbox: {} } } })
  const { status, json: body, headers } = await send(`${lonely.url}/v1/batches`)
  await lonely.stop()
  expect(status).toBe(501)
  expect(headers['x-should-retry']).toBe('false')
  expect(body).toMatchObject({ error: { message: expect.stringContaining('batches'), type: expect.any(String) } })
})
