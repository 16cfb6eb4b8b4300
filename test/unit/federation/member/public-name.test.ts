import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../../../providers/openai-compatible/presets.ts'
import { PUBLIC_PROVIDERS } from '../../../../src/federation/member/catalogue/providers.ts'
import { PublicNames } from '../../../../src/federation/member/report/public-name.ts'
import {
  MAX_MODEL_LENGTH,
  MODEL_PATTERN,
  PROVIDER_PATTERN,
  REGION_PATTERN,
} from '../../../../src/federation/protocol/words.ts'
import { createRegistry } from '../../../../src/plugins/registry.ts'
import { namingConfig, providerConfig } from '../../../helpers/member.ts'

const names = (federation = {}, ...more: ReturnType<typeof providerConfig>[]) =>
  new PublicNames(
    namingConfig(
      [
        providerConfig('main', 'openai', { api_key: 'k' }),
        providerConfig('eu', 'openai', { api_key: 'k', base_url: 'https://eu.api.openai.com/v1' }),
        providerConfig('corp', 'openai', { api_key: 'k', base_url: 'https://llm.corp.example/v1' }),
        providerConfig('fast', 'openai-compatible', { preset: 'groq', api_key: 'k' }),
        providerConfig('works', 'openai-compatible', { preset: 'fireworks', api_key: 'k' }),
        providerConfig('box', 'openai-compatible', { preset: 'ollama' }),
        providerConfig('play', 'sandbox'),
        providerConfig('own', './plugins/acme.ts', { base_url: 'https://api.openai.com/v1' }),
        ...more,
      ],
      federation,
    ),
  )

const FT = 'fine-tune'
const UNKNOWN = 'not in the public catalogue'

describe('a public endpoint', () => {
  it.each([
    ['main/gpt-4o', 'openai', 'gpt-4o', '-'],
    ['main/gpt-4o-2024-08-06', 'openai', 'gpt-4o', '-'],
    ['main/gpt-4o@secret-site', 'openai', 'gpt-4o', '-'],
    ['eu/gpt-4o', 'openai', 'gpt-4o', 'eu'],
    ['fast/openai/gpt-oss-120b', 'groq', 'openai/gpt-oss-120b', '-'],
    ['works/accounts/fireworks/models/gpt-oss-20b', 'fireworks', 'accounts/fireworks/models/gpt-oss-20b', '-'],
  ])('%s is %s %s %s', (endpoint, provider, model, region) => {
    expect(names().of(endpoint)).toEqual({ endpoint: { provider, model, region } })
  })

  it('is known by the host that it is reached at, whatever the preset says', () => {
    const use = (options: object) =>
      new PublicNames(namingConfig([providerConfig('x', 'openai-compatible', { ...options })]))
    expect(use({ base_url: 'https://api.groq.com/openai/v1' }).find('x/openai/gpt-oss-20b')?.provider).toBe('groq')
    for (const base_url of [
      'http://api.groq.com/v1',
      'https://api.groq.com:8443/v1',
      'https://api.groq.com.evil.example/v1',
      'nonsense',
    ]) {
      expect(use({ preset: 'groq', base_url }).of('x/openai/gpt-oss-20b')).toEqual({ reason: 'private address' })
    }
  })
})

describe('a private endpoint', () => {
  it.each([
    ['corp/gpt-4o', 'private address'],
    ['box/llama3', 'local server'],
    ['play/gpt-4o', 'simulated'],
    ['own/gpt-4o', 'plugin of your own'],
    ['gone/gpt-4o', 'not configured'],
    ['nothing', 'not configured'],
    ['main/ft:gpt-4o-mini:acme:hr-bot:Ab12', FT],
    ['works/accounts/acme/models/secret', FT],
    ['main/gpt-4o-acme-prod', UNKNOWN],
    ['main/__proto__', UNKNOWN],
    ['main/', UNKNOWN],
  ])('%s has no name: %s', (endpoint, reason) => {
    expect(names().of(endpoint)).toEqual({ reason })
    expect(names().find(endpoint)).toBeUndefined()
  })
})

describe('what the operator declares', () => {
  it('names a provider behind an address of its own, and its region when the provider has it', () => {
    const declared = names({ providers: { corp: 'openai', box: 'openai', play: 'openai', main: 'nobody' } })
    expect(declared.find('corp/gpt-4o')).toEqual({ provider: 'openai', model: 'gpt-4o', region: '-' })
    expect(declared.find('corp/gpt-4o@eu')).toEqual({ provider: 'openai', model: 'gpt-4o', region: 'eu' })
    expect(declared.find('corp/gpt-4o@rack-7')).toEqual({ provider: 'openai', model: 'gpt-4o', region: '-' })
    expect(declared.of('box/gpt-4o')).toEqual({ reason: 'local server' })
    expect(declared.of('play/gpt-4o')).toEqual({ reason: 'simulated' })
    expect(declared.of('main/gpt-4o')).toEqual({ reason: UNKNOWN })
  })

  it('lets out a model, but never a fine-tune, nor what the protocol cannot say', () => {
    const models = ['new-model', 'ft:gpt-4o:acme::1', 'a b', 'x'.repeat(MAX_MODEL_LENGTH + 1), 'llama-lora-acme']
    const declared = names({ models: models.map((model) => `main/${model}`) })
    expect(declared.find('main/new-model')).toEqual({ provider: 'openai', model: 'new-model', region: '-' })
    expect(declared.of('fast/new-model')).toEqual({ reason: UNKNOWN })
    for (const model of models.slice(1)) expect(declared.find(`main/${model}`), model).toBeUndefined()
  })
})

describe('the catalogue', () => {
  it('says only what the protocol can', () => {
    for (const [name, { hosts, models }] of PUBLIC_PROVIDERS) {
      expect(name).toMatch(new RegExp(PROVIDER_PATTERN))
      for (const region of Object.values(hosts)) expect(region).toMatch(new RegExp(REGION_PATTERN))
      for (const model of models) expect(model, `${name} ${model}`).toMatch(new RegExp(MODEL_PATTERN))
      for (const model of models) expect(model.length).toBeLessThanOrEqual(MAX_MODEL_LENGTH)
      if (models.size > 0) expect(models.size, name).toBeGreaterThan(3)
    }
  })

  it('has every hosted preset under its name and host, and both plugins', async () => {
    for (const [name, preset] of Object.entries(PRESETS)) {
      if (preset.local || preset.baseUrl.includes('${')) continue
      expect(Object.keys(PUBLIC_PROVIDERS.get(name)?.hosts ?? {}), name).toContain(new URL(preset.baseUrl).host)
    }
    const registry = createRegistry({ directory: '/', log: { debug() {}, info() {}, warn() {}, error() {} } })
    for (const plugin of ['openai', 'anthropic']) {
      const [, use] = providerConfig(plugin, plugin, { api_key: 'k' })
      const { base_url } = await registry.options('provider', use)
      expect(PUBLIC_PROVIDERS.get(plugin)?.hosts).toHaveProperty([new URL(String(base_url)).host], '-')
    }
  })
})
