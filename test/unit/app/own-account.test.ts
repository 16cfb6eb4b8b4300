import { afterEach, describe, expect, it, vi } from 'vitest'
import { buildCatalogue } from '../../../src/app/build-catalogue.ts'
import { checkText } from '../../../src/config/load.ts'
import type { JsonObject, Operation } from '../../../src/plugins/api.ts'
import { createRegistry } from '../../../src/plugins/registry.ts'

const MINE = 'sk-of-the-client-0123456789'
const THEIRS = 'sk-of-the-operator-0123456789'
const silent = () => {}
const log = { debug: silent, info: silent, warn: silent, error: silent }

async function providerOf(entry: JsonObject) {
  const { config, problems } = checkText(JSON.stringify({ providers: { p: entry } }), { directory: '/nowhere' }, {})
  expect(problems).toEqual([])
  const catalogue = await buildCatalogue(config!, createRegistry({ directory: '/nowhere', log }))
  return catalogue.providers.get('p')!
}

afterEach(() => vi.unstubAllEnvs())

describe('a key of the client’s own', () => {
  it.each<JsonObject>([
    { plugin: 'openai', api_key: THEIRS, organization: 'org-operator', project: 'proj-operator' },
    { plugin: 'anthropic', api_key: THEIRS, headers: { 'x-team': 'operator' } },
    { plugin: 'gemini', api_key: THEIRS },
    { plugin: 'cohere', api_key: THEIRS },
    { plugin: 'openrouter', api_key: THEIRS },
    { plugin: 'azure', resource: 'mine', api_key: THEIRS },
    { plugin: 'azure', resource: 'mine' },
    { plugin: 'bedrock', api_key: THEIRS },
    { plugin: 'bedrock', access_key_id: 'AKIAOPERATOR', secret_access_key: THEIRS, session_token: 'operator' },
    { plugin: 'ollama', api_key: THEIRS },
    { plugin: 'openai-compatible', preset: 'groq', api_key: THEIRS, headers: { Authorization: `Bearer ${THEIRS}` } },
    { plugin: 'openai-compatible', base_url: 'https://one.example/v1' },
  ])('stands in every request in place of the operator’s: %j', async (entry) => {
    const provider = await providerOf(entry)
    const { adapter, secrets } = await provider.withKey!(MINE)
    expect(secrets[0]).toBe(MINE)
    for (const [operation, wires = []] of Object.entries(adapter.wires))
      for (const wire of wires) {
        const body: JsonObject = { model: 'm', messages: [], contents: [] }
        const call = {
          id: 'gen-1',
          operation: operation as Operation,
          wire,
          stream: false,
          contentType: 'application/json',
          headers: {},
          body: Buffer.from(JSON.stringify(body)),
          json: () => body,
        }
        const { url, headers } = await adapter.prepare(call, { id: 'p/m', provider: 'p', model: 'm', weight: 1 })
        expect(JSON.stringify(headers), wire).toContain(MINE)
        expect(`${url.href} ${JSON.stringify(headers)}`, wire).not.toMatch(/operator/i)
      }
  })

  it.each<JsonObject>([
    { plugin: 'vertex', project: 'p1', access_token: THEIRS },
    { plugin: 'sandbox' },
    { plugin: 'openai-compatible', base_url: `https://user:${THEIRS}@one.example/v1` },
    { plugin: 'openai-compatible', base_url: `https://one.example/v1?key=${THEIRS}` },
  ])('is not taken where credentials are not one key: %j', async (entry) => {
    expect((await providerOf(entry)).withKey).toBeUndefined()
  })
})
