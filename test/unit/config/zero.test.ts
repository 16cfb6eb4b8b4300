import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { probeModels } from '../../../src/config/probe.ts'
import { zeroConfig } from '../../../src/config/zero.ts'

const nobody = async () => undefined

describe('zeroConfig', () => {
  test('has the sandbox even when nothing is there', async () => {
    const { config, found } = await zeroConfig({ env: {}, directory: '/tmp', probe: nobody })
    expect(found).toEqual(['sandbox (simulated)'])
    expect([...config.providers.keys()]).toEqual(['sandbox'])
    expect(config.models.get('sandbox')?.endpoints.map(({ provider, model }) => `${provider}/${model}`)).toEqual([
      'sandbox/fast',
      'sandbox/steady',
      'sandbox/cheap',
      'sandbox/flaky',
    ])
    expect(config.source).toEqual({ directory: '/tmp' })
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 4000 })
    expect(config.providers.get('sandbox')?.place).toEqual({})
    // No newcomer waits for the pace of real endpoints.
    expect(config.providers.get('sandbox')?.options).toEqual({ time_scale: 0.1 })
  })

  test('takes every provider whose usual variable is set', async () => {
    const env = { OPENAI_API_KEY: 'o-key', ANTHROPIC_API_KEY: 'a-key', GROQ_API_KEY: 'g-key', MISTRAL_API_KEY: '' }
    const { config, found } = await zeroConfig({ env, probe: nobody })
    expect(found).toEqual([
      'openai (OPENAI_API_KEY)',
      'anthropic (ANTHROPIC_API_KEY)',
      'groq (GROQ_API_KEY)',
      'sandbox (simulated)',
    ])
    expect(config.providers.get('openai')).toMatchObject({ plugin: 'openai', options: { api_key: 'o-key' } })
    expect(config.providers.get('groq')).toMatchObject({
      plugin: 'openai-compatible',
      options: { preset: 'groq', api_key: 'g-key' },
    })
  })

  test('takes a service whose variable has another of its names, or whose address is the account’s own', async () => {
    const env = { SCALEWAY_API_KEY: 's-key', CLOUDFLARE_API_KEY: 'c-key', CLOUDFLARE_ACCOUNT_ID: 'acme' }
    const { config, found } = await zeroConfig({ env, probe: nobody })
    expect(found.toSorted()).toEqual([
      'cloudflare-workers-ai (CLOUDFLARE_API_KEY)',
      'sandbox (simulated)',
      'scaleway (SCALEWAY_API_KEY)',
    ])
    expect(config.providers.get('scaleway')?.options).toMatchObject({ api_key: 's-key' })
    expect(config.providers.get('cloudflare-workers-ai')?.options).toEqual({
      preset: 'cloudflare-workers-ai',
      base_url: 'https://api.cloudflare.com/client/v4/accounts/acme/ai/v1',
      api_key: 'c-key',
    })
    const { CLOUDFLARE_ACCOUNT_ID: _, ...without } = env
    expect((await zeroConfig({ env: without, probe: nobody })).found).not.toContain(
      'cloudflare-workers-ai (CLOUDFLARE_API_KEY)',
    )
  })

  test('takes clouds by all their variables, and lists no deployments that it cannot know', async () => {
    const env = {
      AZURE_OPENAI_ENDPOINT: 'https://acme.openai.azure.com',
      AZURE_API_KEY: 'a-key',
      GOOGLE_CLOUD_PROJECT: 'my-project',
      GOOGLE_APPLICATION_CREDENTIALS: '/run/secrets/google.json',
    }
    const { config, found } = await zeroConfig({ env, probe: nobody })
    expect(found.toSorted()).toEqual([
      'azure (AZURE_API_KEY)',
      'sandbox (simulated)',
      'vertex (GOOGLE_CLOUD_PROJECT, GOOGLE_APPLICATION_CREDENTIALS)',
    ])
    const [azure, vertex] = ['azure', 'vertex'].map((id) => config.providers.get(id))
    expect(azure?.options).toEqual({ base_url: env.AZURE_OPENAI_ENDPOINT, api_key: 'a-key' })
    expect(azure).not.toHaveProperty('models')
    expect(vertex?.options).toEqual({ project: 'my-project', location: 'global' })
    expect(vertex?.models).toBe('known')
    const { GOOGLE_APPLICATION_CREDENTIALS: _, ...without } = env
    expect((await zeroConfig({ env: without, probe: nobody })).config.providers.has('vertex')).toBe(false)
  })

  test('takes local servers with their models, and merges models of one name', async () => {
    const servers: Record<string, string[]> = {
      '11434': ['qwen3:8b', 'a$' + '{b}'],
      '8000': ['qwen3:8b', 'sandbox'],
      '8080': [],
    }
    const { config, found } = await zeroConfig({ env: {}, probe: async (url) => servers[new URL(url).port] })
    expect(found).toContain('ollama (http://127.0.0.1:11434/v1, 2 models)')
    expect(config.providers.has('llama.cpp')).toBe(false)
    expect(
      config.models
        .get('qwen3:8b')
        ?.endpoints.map(({ provider }) => provider)
        .sort(),
    ).toEqual(['ollama', 'vllm'])
    expect(config.models.get('a$' + '{b}')?.endpoints[0]?.model).toBe('a$' + '{b}')
    expect(config.models.get('sandbox')?.endpoints.every(({ provider }) => provider === 'sandbox')).toBe(true)
  })

  test('asks every local server at its usual port', async () => {
    const asked: string[] = []
    await zeroConfig({
      env: {},
      probe: async (url) => {
        asked.push(url)
        return undefined
      },
    })
    expect(asked.map((url) => new URL(url).port).sort()).toEqual([
      '11434',
      '1234',
      '12434',
      '1337',
      '30000',
      '8000',
      '8080',
      '9997',
    ])
    expect(asked.every((url) => new URL(url).hostname === '127.0.0.1')).toBe(true)
  })
})

describe('probeModels', () => {
  async function probe(answer: {
    status?: number
    headers?: Record<string, string>
    body: string
  }): Promise<string[] | undefined> {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/v1/models' ? (answer.status ?? 200) : 404, answer.headers).end(answer.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      return await probeModels(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const listOf = (...ids: unknown[]) => JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) })

  test('gives the models', async () => expect(await probe({ body: listOf('a', 'b', 'a') })).toEqual(['a', 'b']))
  test('at most 50', async () =>
    expect(await probe({ body: listOf(...Array(200).keys().map(String)) })).toHaveLength(50))
  test('only usable names', async () =>
    expect(await probe({ body: listOf('a b', '', 3, null, '__proto__', 'ok') })).toEqual(['ok']))

  test.each([
    ['another page', { body: '<html>' }],
    ['other JSON', { body: '{"ok":true}' }],
    ['a list of something else', { body: '{"data":[1,null,{}]}' }],
    ['no models', { body: '{"data":null}' }],
    ['JSON null', { body: 'null' }],
    ['an error', { status: 401, body: listOf('a') }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }],
    ['a router', { headers: { 'x-router-version': '1' }, body: listOf('a') }],
    ['an endless body', { body: `${listOf('a')}${' '.repeat(2 * 1024 ** 2)}` }],
  ])('%s is no such server', async (_, answer) => expect(await probe(answer)).toBeUndefined())

  test('nobody there', async () => expect(await probeModels('http://127.0.0.1:1/v1')).toBeUndefined())

  test('a server that never answers', async () => {
    const server = createServer(() => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    expect(await probeModels(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)).toBeUndefined()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
})
