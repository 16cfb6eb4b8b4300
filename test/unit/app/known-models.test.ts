import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { buildCatalogue } from '../../../src/app/build-catalogue.ts'
import { keepUpdate } from '../../../src/catalogue/updates.ts'
import { checkText, configOf } from '../../../src/config/load.ts'
import { zeroConfig } from '../../../src/config/zero.ts'
import { createRegistry } from '../../../src/plugins/registry.ts'
import { listedModels, type RoutableModel } from '../../../src/routing/catalogue.ts'
import { resolve } from '../../../src/routing/resolve/resolve.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const built = async (text: string) => {
  const config = configOf(checkText(text, { directory: '/tmp' }, {}))
  return buildCatalogue(config, createRegistry({ directory: '/tmp', log }))
}
const KEYS = { OPENAI_API_KEY: 'k1', ANTHROPIC_API_KEY: 'k2', OPENROUTER_API_KEY: 'k3' }
const fromKeys = async () => {
  const { config } = await zeroConfig({ env: KEYS, directory: '/tmp', probe: async () => undefined })
  return buildCatalogue(config, createRegistry({ directory: '/tmp', log }))
}
const endpointsOf = ({ routes }: RoutableModel) => routes.map(({ endpoint }) => endpoint.id)

describe('three key variables alone', () => {
  it('list more than a hundred models, each with its price and its context', async () => {
    const models = listedModels(await fromKeys()).filter(({ name }) => !name.startsWith('sandbox'))
    const whole = models.filter(({ routes }) =>
      routes.some(({ endpoint }) => endpoint.price !== undefined && endpoint.contextLength !== undefined),
    )
    expect(whole.length).toBeGreaterThan(300)
    expect(whole.length / models.length).toBeGreaterThan(0.95)
  })

  it('reach a canonical name at every provider that has it, however it is written', async () => {
    const catalogue = await fromKeys()
    const ids = ['anthropic/claude-sonnet-4-5', 'openrouter/anthropic/claude-sonnet-4.5']
    for (const model of ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4.5', 'claude-sonnet-4-5-latest:nitro']) {
      const [step] = resolve(catalogue, { model })
      expect(endpointsOf(step!.model), model).toEqual(ids)
      expect(step!.model.name).toBe('anthropic/claude-sonnet-4.5')
    }
  })

  it('take the very snapshot that is asked for where it is offered', async () => {
    const [step] = resolve(await fromKeys(), { model: 'claude-sonnet-4-5-20250929' })
    expect(endpointsOf(step!.model)).toEqual([
      'anthropic/claude-sonnet-4-5-20250929',
      'openrouter/anthropic/claude-sonnet-4.5',
    ])
  })

  it('mean one provider by its own name of a model', async () => {
    const [step] = resolve(await fromKeys(), { model: 'anthropic/claude-sonnet-4-5' })
    expect(endpointsOf(step!.model)).toEqual(['anthropic/claude-sonnet-4-5'])
    const [other] = resolve(await fromKeys(), { model: 'openrouter/openai/gpt-5.4' })
    expect(endpointsOf(other!.model)).toEqual(['openrouter/openai/gpt-5.4'])
  })
})

test('a plugin with several services has the models of the one that stands at the address in use', async () => {
  const catalogue = await built(`providers:
  here: { plugin: ollama }
  cloud: { plugin: ollama, base_url: "https://ollama.com", api_key: k }
`)
  const listed = listedModels(catalogue).flatMap(endpointsOf)
  expect(listed).toContain('cloud/gpt-oss:120b')
  expect(listed.filter((id) => id.startsWith('here/'))).toEqual([])
})

describe('a file', () => {
  const PROVIDERS =
    'providers:\n  openai: { api_key: k }\n  groq: { plugin: openai-compatible, preset: groq, api_key: k }\n'

  it('without models lists all that is known of its providers', async () => {
    const names = listedModels(await built(PROVIDERS)).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['openai/gpt-5.4', 'openai/gpt-oss-120b']))
  })

  it('with models lists those, and what its providers are asked to offer', async () => {
    const models = 'models:\n  small: { endpoints: [groq/llama-3.1-8b-instant] }\n'
    expect(listedModels(await built(PROVIDERS + models)).map(({ name }) => name)).toEqual(['small'])
    const offering = PROVIDERS.replace('openai: { api_key: k }', 'openai: { api_key: k, models: known }')
    const names = listedModels(await built(offering + models)).map(({ name }) => name)
    expect(names).toContain('openai/gpt-5.4')
    expect(names).not.toContain('meta-llama/llama-3.3-70b-instruct')
  })

  it('gets facts and prices for what it names itself, and its own come first', async () => {
    const catalogue = await built(`${PROVIDERS}models:
  small:
    endpoints:
      - { provider: groq, model: llama-3.1-8b-instant, context_length: 1000 }
`)
    const { endpoint } = catalogue.models.get('small')!.routes[0]!
    expect(endpoint).toMatchObject({ contextLength: 1000, price: { prompt: expect.any(Number) } })
  })

  it('has prices of an update in place of those that adapters know', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'commonroute-known-'))
    const row = { id: 'gpt-5.4', price: { prompt: 99, completion: 100 } }
    await keepUpdate(join(directory, '.router'), new Map([['openai', [row]]]), { date: '2026-01-01', sources: [] })
    const config = configOf(checkText('providers:\n  openai: { api_key: k }\n', { directory }, {}))
    const catalogue = await buildCatalogue(config, createRegistry({ directory, log }))
    const [step] = resolve(catalogue, { model: 'openai/gpt-5.4' })
    expect(step!.model.routes[0]!.endpoint.price).toEqual(row.price)
    rmSync(directory, { recursive: true })
  })

  it('of a server under a known name that nothing is known of asks that server', async () => {
    const catalogue = await built(
      'providers:\n  anthropic: { plugin: openai-compatible, base_url: http://127.0.0.1:9/v1 }\n  openrouter: { plugin: openai-compatible, preset: openrouter, api_key: k }\n',
    )
    const [step] = resolve(catalogue, { model: 'anthropic/claude-sonnet-4.5' })
    expect(endpointsOf(step!.model)).toEqual(['anthropic/claude-sonnet-4.5'])
  })
})
