/** `@google/genai`, unmodified but for its base URL. */
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = 'sk-client-of-google'
const TEXT = 'Hello from the upstream.'
const answer = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
  modelVersion: 'gemini-3-pro',
  responseId: 'r1',
  ...more,
})

let upstream: Upstream
let router: Router
let client: GoogleGenAI
beforeAll(async () => {
  upstream = await startUpstream()
  const gemini = { plugin: 'gemini', api_key: 'AIza-upstream', base_url: upstream.url }
  const chat = { plugin: 'openai-compatible', base_url: upstream.url }
  router = await startRouter({
    config: {
      providers: { gemini, chat },
      auth: { keys: [KEY] },
      models: {
        native: { endpoints: ['gemini/gemini-3-pro'] },
        other: { endpoints: ['chat/some-model'] },
        embedder: { endpoints: ['gemini/gemini-embedding-001'] },
      },
    },
  })
  client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: router.url } })
  upstream.script('gemini-3-pro', ({ request, response }) => {
    const whole = answer([{ text: TEXT, thoughtSignature: 'c2ln' }])
    if (request.path.includes(':countTokens'))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"totalTokens": 42}')
    else if (request.stream)
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end([...TEXT].map((text) => `data: ${JSON.stringify(answer([{ text }]))}\r\n\r\n`).join(''))
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole))
  })
  upstream.script('gemini-embedding-001', ({ request, response }) => {
    const embeddings = (request.json.requests as object[]).map((_, at) => ({ values: [at, 0.5] }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ embeddings }))
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

describe.each(['native', 'other'])('content of the model %s', (model) => {
  it('comes whole', async () => {
    const response = await client.models.generateContent({
      model,
      contents: 'Hi',
      config: { systemInstruction: 'Be brief.', maxOutputTokens: 50, temperature: 0.2 },
    })
    expect(response.text).toBe(TEXT)
    expect(response.candidates?.[0]?.finishReason).toBe('STOP')
    expect(response.usageMetadata).toMatchObject({ promptTokenCount: 11, candidatesTokenCount: 7 })
  })

  it('streams', async () => {
    const pieces: string[] = []
    for await (const chunk of await client.models.generateContentStream({ model, contents: 'Hi' }))
      pieces.push(chunk.text ?? '')
    expect(pieces.join('')).toBe(TEXT)
    expect(pieces.length).toBeGreaterThan(2)
  })

  it('is part of a chat', async () => {
    const chat = client.chats.create({ model })
    await chat.sendMessage({ message: 'Hi' })
    await chat.sendMessage({ message: 'Again' })
    const sent = upstream.requests.at(-1)!.json
    expect((sent.contents ?? sent.messages) as unknown[]).toHaveLength(3)
  })
})

it('calls a function of another maker’s model, and takes its result', async () => {
  upstream.script('some-model', ({ request, response }) => {
    const isLast = (request.json.messages as { role: string }[]).at(-1)?.role === 'tool'
    const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }
    const message = isLast
      ? { role: 'assistant', content: 'Cold.' }
      : { role: 'assistant', content: null, tool_calls: [call] }
    const choices = [{ index: 0, message, finish_reason: isLast ? 'stop' : 'tool_calls' }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'c', choices }))
  })
  const config = {
    tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: { type: 'object', properties: {} } }] }],
    toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
  }
  const user = { role: 'user', parts: [{ text: 'Oslo?' }] }
  const first = await client.models.generateContent({ model: 'other', contents: [user], config })
  expect(first.functionCalls).toEqual([{ id: 'call_1', name: 'weather', args: { city: 'Oslo' } }])
  expect(upstream.requests.at(-1)!.json).toMatchObject({ tool_choice: 'required' })
  const functionResponse = { id: 'call_1', name: 'weather', response: { result: '-3' } }
  const second = await client.models.generateContent({
    model: 'other',
    contents: [user, first.candidates![0]!.content!, { role: 'user', parts: [{ functionResponse }] }],
    config,
  })
  expect(second.text).toBe('Cold.')
  expect(upstream.requests.at(-1)!.json.messages).toContainEqual({
    role: 'tool',
    tool_call_id: 'call_1',
    content: '-3',
  })
  upstream.script('some-model')
})

it('counts tokens, by the upstream or by itself', async () => {
  expect((await client.models.countTokens({ model: 'native', contents: 'Hi' })).totalTokens).toBe(42)
  const { totalTokens } = await client.models.countTokens({ model: 'other', contents: 'How many are these?' })
  expect(totalTokens).toBeGreaterThan(3)
})

it('embeds', async () => {
  const { embeddings } = await client.models.embedContent({ model: 'embedder', contents: ['a', 'b'] })
  expect(embeddings?.map(({ values }) => values)).toEqual([
    [0, 0.5],
    [1, 0.5],
  ])
  const response = await fetch(`${router.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'embedder', input: ['a', 'b'] }),
  })
  expect(await response.json()).toMatchObject({ data: [{ index: 0, embedding: [0, 0.5] }, { index: 1 }] })
})

it('lists models, and gives one', async () => {
  const names: (string | undefined)[] = []
  for await (const { name } of await client.models.list()) names.push(name)
  expect(names).toContain('models/native')
  expect(await client.models.get({ model: 'native' })).toMatchObject({ name: 'models/native' })
})

it('tells errors in Google’s shape', async () => {
  const unknown = await client.models
    .generateContent({ model: 'nope', contents: 'Hi' })
    .catch((error: unknown) => error)
  expect(unknown).toBeInstanceOf(ApiError)
  expect((unknown as ApiError).status).toBe(404)
  const stranger = new GoogleGenAI({ apiKey: 'wrong', httpOptions: { baseUrl: router.url } })
  const refused = await stranger.models.generateContent({ model: 'native', contents: 'Hi' }).catch((error) => error)
  expect(refused.status).toBe(401)
  expect(JSON.parse(refused.message).error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' })
})

describe('without a client', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(router.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

  it('bytes pass as they are, with the key in the address', async () => {
    const body = '{ "contents":[{"parts":[{"text":"Hi \\u00e9"}]}],\n "safetySettings": [], "n": 1.0 }'
    const response = await post(`/v1beta/models/native:generateContent?key=${KEY}`, body)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(JSON.stringify(answer([{ text: TEXT, thoughtSignature: 'c2ln' }])))
    const { body: sent, headers, path } = upstream.requests.at(-1)!
    expect(sent.toString()).toBe(body)
    expect(headers['x-goog-api-key']).toBe('AIza-upstream')
    expect(path).toBe('/v1/models/gemini-3-pro:generateContent')
  })

  it('a stream without alt=sse is a list', async () => {
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] })
    const response = await post('/v1beta/models/native:streamGenerateContent', body, { 'x-goog-api-key': KEY })
    expect(await response.json()).toMatchObject([{ candidates: [{ content: { parts: [{ text: TEXT }] } }] }])
  })

  it('what is no request is said in Google’s shape', async () => {
    const response = await post('/v1beta/models/native:generateContent', '{"prompt":"Hi"}', { 'x-goog-api-key': KEY })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } })
  })

  it('takes the other spelling of fields to other makers', async () => {
    const body = { system_instruction: { parts: [{ text: 'Be brief.' }] }, contents: [{ parts: [{ text: 'Hi' }] }] }
    await post('/v1beta/models/other:generateContent', JSON.stringify(body), { 'x-goog-api-key': KEY })
    expect(upstream.requests.at(-1)!.json.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ])
  })
})
