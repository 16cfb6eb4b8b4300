import nock from 'nock'
import { describe, expect, it } from 'vitest'
import openaiCompatible from '../../../providers/openai-compatible/index.ts'
import { PRESETS } from '../../../providers/openai-compatible/presets.ts'
import { adapterOf, callOf, checked, endpointOf, prepared, send } from './exchange.ts'
import { intercept } from './interceptor.ts'

intercept()

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
/** The address of an account of one's own. */
const filled = (baseUrl: string) =>
  baseUrl.replace(/^\$\{\w+\}$/, 'https://account.example/v1').replace(/\$\{\w+\}/g, 'own')
const optionsOf = (preset: string) => ({
  preset,
  ...(PRESETS[preset]?.keyVariable && { api_key: 'key-1' }),
  ...(PRESETS[preset]?.baseUrl.includes('${') && { base_url: filled(PRESETS[preset].baseUrl) }),
})

const keyVariablesOf = ({ keyVariable, otherKeyVariables = [] }: (typeof PRESETS)[string]) =>
  keyVariable === undefined ? [] : [keyVariable, ...otherKeyVariables]

describe('presets', () => {
  it('are seventy and more, each with key variables and hosts of its own', () => {
    expect(Object.keys(PRESETS).length).toBeGreaterThanOrEqual(70)
    const variables = Object.values(PRESETS).flatMap(keyVariablesOf)
    expect(variables.toSorted()).toEqual([...new Set(variables)].sort())
    const hosts = Object.values(PRESETS).flatMap(({ baseUrl, hosts = {}, local }) =>
      local || baseUrl.includes('${') ? [] : [new URL(baseUrl).host, ...Object.keys(hosts)],
    )
    expect(hosts.toSorted()).toEqual([...new Set(hosts)].sort())
  })
})

it('takes an API with a root of its own for granted at the hosts of the service only', async () => {
  const chatOf = async (base_url?: string) =>
    (await adapterOf(openaiCompatible, { preset: 'moonshot', api_key: 'key-1', ...(base_url && { base_url }) })).wires
      .chat
  expect(await chatOf()).toEqual(['openai-chat', 'anthropic-messages'])
  expect(await chatOf('https://api.moonshot.cn/v1')).toEqual(['openai-chat', 'anthropic-messages'])
  expect(await chatOf('https://mirror.example/v1')).toEqual(['openai-chat'])
})

describe.each(Object.keys(PRESETS))('preset %s', (name) => {
  const preset = PRESETS[name]!

  if (preset.wires.chat)
    it('posts chat to its base URL with its key', async () => {
      const { origin, pathname } = new URL(filled(preset.baseUrl))
      const { header, scheme } = preset.auth ?? { header: 'authorization', scheme: 'Bearer' }
      nock(
        origin,
        preset.keyVariable
          ? { reqheaders: { [header]: `${scheme} key-1`.trim() }, badheaders: preset.auth ? [] : ['x-api-key'] }
          : { badheaders: ['authorization'] },
      )
        .post(`${pathname === '/' ? '' : pathname}/chat/completions`, chat)
        .reply(200, { id: 'x' })
      const { status, request } = await send(await adapterOf(openaiCompatible, optionsOf(name)), callOf({ body: chat }))
      expect(status).toBe(200)
      expect(String(request.body)).toBe(JSON.stringify(chat))
    })

  it('is complete data', () => {
    expect(preset.baseUrl).not.toMatch(/\/$/)
    if (preset.wires.chat) expect(preset.wires.chat[0]).toBe('openai-chat')
    expect(preset.local !== undefined).toBe(preset.keyVariable === undefined)
    expect(Object.keys(preset.wires)).not.toHaveLength(0)
    expect(preset.sources).not.toHaveLength(0)
    for (const note of preset.notes ?? []) expect(note).toMatch(/[.!)]$/)
    for (const variable of keyVariablesOf(preset)) expect(variable).toMatch(/^[A-Z][A-Z0-9_]+$/)
    if (preset.dataPolicy?.source) expect(new URL(preset.dataPolicy.source).protocol).toBe('https:')
    if (preset.dataPolicy?.zdr) expect(preset.dataPolicy).toMatchObject({ dataCollection: 'deny' })
    for (const source of preset.sources) expect(new URL(source).protocol).toBe('https:')
    for (const dropped of preset.quirks?.drop ?? []) expect(preset.parameters ?? []).not.toContain(dropped)
    if (preset.tools === 'no') expect(preset.parameters ?? []).not.toContain('tools')
  })
})

describe('openai-compatible', () => {
  it('gives Mistral the names it knows and leaves out what it refuses', async () => {
    const adapter = await adapterOf(openaiCompatible, optionsOf('mistral'))
    expect(adapter.streamUsage).toBe(false)
    nock('https://api.mistral.ai')
      .post('/v1/chat/completions', { ...chat, stream: true, max_tokens: 9, random_seed: 3 })
      .reply(200, 'data: [DONE]\n\n')
    const body = {
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 9,
      seed: 3,
      user: 'u',
    }
    expect((await send(adapter, callOf({ body }))).status).toBe(200)
  })

  it('lets a value under the upstream’s own name win, and edits chat only', async () => {
    const adapter = await adapterOf(openaiCompatible, optionsOf('mistral'))
    const both = { ...chat, max_tokens: 1, max_completion_tokens: 2 }
    const request = await prepared(adapter, callOf({ body: both }), endpointOf('m'))
    expect(JSON.parse(String(request.body))).toEqual({ ...chat, max_tokens: 1 })
    const embed = callOf({
      body: { model: 'm', input: 'x', user: 'u' },
      wire: 'openai-embeddings',
      operation: 'embedding',
    })
    expect((await prepared(adapter, embed, endpointOf('m'))).body).toBe(embed.body)
  })

  it('sends Anthropic messages to OpenRouter as they are, with their headers', async () => {
    const adapter = await adapterOf(openaiCompatible, optionsOf('openrouter'))
    expect(adapter.routingFields).toBe(true)
    nock('https://openrouter.ai', {
      reqheaders: { authorization: 'Bearer key-1', 'anthropic-beta': 'b' },
      badheaders: ['openai-beta'],
    })
      .post('/api/v1/messages')
      .reply(200, {})
    const headers = { 'anthropic-beta': 'b', 'openai-beta': 'o' }
    expect((await send(adapter, callOf({ body: chat, wire: 'anthropic-messages', headers }))).status).toBe(200)
  })

  it('reranks at Cohere beside the compatible API, and at others below their base URL', async () => {
    const urls = { cohere: 'https://api.cohere.ai/v2/rerank', voyage: 'https://api.voyageai.com/v1/rerank' }
    for (const [name, url] of Object.entries(urls)) {
      const adapter = await adapterOf(openaiCompatible, optionsOf(name))
      const [wire] = adapter.wires.rerank!
      const request = await adapter.prepare(callOf({ operation: 'rerank', wire: wire!, body: {} }), endpointOf('m'))
      expect(request.url.href).toBe(url)
    }
  })

  it('works with a base URL alone, without a key', async () => {
    nock('http://127.0.0.1:9999', { badheaders: ['authorization'] })
      .post('/v1/chat/completions')
      .reply(200, {})
    const adapter = await adapterOf(openaiCompatible, { base_url: 'http://127.0.0.1:9999/v1/' })
    expect(adapter.wires).toMatchObject({ chat: ['openai-chat'], image: ['openai-images'], rerank: ['jina-rerank'] })
    expect(adapter.streamUsage).toBe(true)
    expect(adapter.capabilities!('any')).toEqual({})
    expect((await send(adapter, callOf({ body: chat }))).status).toBe(200)
  })

  it('puts the key where an odd upstream wants it', async () => {
    nock('https://odd.example', { reqheaders: { 'api-key': 'secret', 'x-a': '1' }, badheaders: ['authorization'] })
      .post('/chat/completions')
      .reply(200, {})
    const options = {
      base_url: 'https://odd.example',
      api_key: 'secret',
      auth_header: 'Api-Key',
      auth_scheme: '',
      headers: { 'X-A': '1' },
    }
    expect((await send(await adapterOf(openaiCompatible, options), callOf({ body: chat }))).status).toBe(200)
  })

  it('takes a preset’s ways to another base URL, and stream_usage from the options', async () => {
    const adapter = await adapterOf(openaiCompatible, {
      preset: 'vllm',
      base_url: 'https://gpu.example/v1',
      stream_usage: false,
    })
    expect(adapter.streamUsage).toBe(false)
    expect((await prepared(adapter, callOf({ body: chat }), endpointOf('m'))).url.href).toBe(
      'https://gpu.example/v1/chat/completions',
    )
  })

  it('does not ask Perplexity for a list that is not there', async () => {
    expect((await adapterOf(openaiCompatible, optionsOf('perplexity'))).models).toBeUndefined()
    expect((await (await adapterOf(openaiCompatible, optionsOf('groq'))).models?.())?.url.href).toBe(
      'https://api.groq.com/openai/v1/models',
    )
  })

  it('knows what becomes of prompts at a service’s own hosts, and not elsewhere', async () => {
    const policyOf = async (options: object, model = 'm') =>
      (await adapterOf(openaiCompatible, { api_key: 'k', ...options })).dataPolicy?.(model)
    expect(await policyOf({ preset: 'scaleway' })).toMatchObject({ zdr: true, dataCollection: 'deny', region: 'eu' })
    expect(await policyOf({ preset: 'scaleway', base_url: 'https://api.scaleway.ai/PROJECT/v1' })).toMatchObject({
      zdr: true,
    })
    expect(await policyOf({ preset: 'scaleway', base_url: 'https://mirror.example/v1' })).toBeUndefined()
    expect(await policyOf({ preset: 'dashscope', base_url: 'https://dashscope.aliyuncs.com/v1' })).toMatchObject({
      region: 'cn',
    })
    expect(await policyOf({ preset: 'stepfun', base_url: 'https://api.stepfun.ai/v1' })).not.toHaveProperty('region')
    expect(await policyOf({ preset: 'deepinfra' })).toMatchObject({ zdr: true })
    expect(await policyOf({ preset: 'deepinfra' }, 'anthropic/claude-4-sonnet')).toBeUndefined()
    expect(await policyOf({ preset: 'vllm' })).toEqual({ zdr: true, dataCollection: 'deny' })
    expect(await policyOf({ preset: 'vllm', base_url: 'http://10.0.0.7:8000/v1' })).toBeUndefined()
    expect(await policyOf({ base_url: 'http://127.0.0.1:8000/v1' })).toBeUndefined()
  })

  it('classifies what upstreams answer', async () => {
    nock('https://api.groq.com')
      .post('/openai/v1/chat/completions')
      .reply(413, {
        error: {
          message: 'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
      })
    const { failure } = await send(await adapterOf(openaiCompatible, optionsOf('groq')), callOf({ body: chat }))
    expect(failure).toMatchObject({ kind: 'provider_rate_limited', code: 'rate_limit_exceeded' })
  })

  it.each([
    [{}, false],
    [{ preset: 'nope' }, false],
    [{ preset: 'groq' }, false],
    [{ preset: 'groq', api_key: 'k' }, true],
    [{ preset: 'ollama' }, true],
    [{ base_url: 'localhost:8000' }, false],
    [{ base_url: 'http://localhost:8000/v1' }, true],
    [{ base_url: 'http://localhost:8000/v1', auth_header: 'bad header' }, false],
  ])('options %j are valid: %s', (options, valid) => {
    expect(checked(openaiCompatible, options).valid).toBe(valid)
  })
})
