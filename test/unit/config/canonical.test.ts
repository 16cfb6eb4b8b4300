import { expect, it } from 'vitest'
import { checkText } from '../../../src/config/load.ts'

const PROVIDERS = `
providers:
  anthropic: { api_key: one-key }
  bedrock: {}
  groq: { plugin: openai-compatible, preset: groq, api_keys: [first-key, second-key] }
`

const check = (models: string) => checkText(`${PROVIDERS}models:\n${models}`, { directory: '/nowhere' }, {})

const endpoints = (models: string, name: string) => {
  const { config, problems } = check(models)
  expect(problems).toEqual([])
  return config?.models.get(name)?.endpoints.map(({ provider, model }) => `${provider}/${model}`)
}

it('takes an alias that is a canonical name for that model wherever it is configured', () => {
  const found = endpoints('  smart: anthropic/claude-sonnet-4.5\n', 'smart')
  expect(found?.map((id) => id.split('/')[0])).toEqual(['anthropic', 'bedrock'])
  expect(found?.[0]).toMatch(/^anthropic\/claude-sonnet-4-5/)
})

it('takes a provider’s own name of a model for that provider', () => {
  const { config } = check('  smart: anthropic/claude-sonnet-4.5\n')
  const own = config!.models.get('smart')!.endpoints[0]!.model
  expect(endpoints(`  pinned: anthropic/${own}\n`, 'pinned')).toEqual([`anthropic/${own}`])
  expect(endpoints('  pinned: bedrock/some-model-of-mine\n', 'pinned')).toEqual(['bedrock/some-model-of-mine'])
})

it('takes canonical names of makers that are no provider, at each account', () => {
  expect(endpoints('  open: openai/gpt-oss-120b\n', 'open')).toEqual(
    expect.arrayContaining(['groq/openai/gpt-oss-120b', 'groq#2/openai/gpt-oss-120b']),
  )
})

it('falls back to models by their canonical names', () => {
  const { config, problems } = check(
    '  small:\n    endpoints: [groq/llama-3.1-8b-instant]\n    fallbacks: [anthropic/claude-sonnet-4.5, groq/anything]\n',
  )
  expect(problems).toEqual([])
  expect(config!.models.get('small')!.fallbacks).toEqual([
    { model: 'anthropic/claude-sonnet-4.5' },
    { model: 'groq/anything' },
  ])
  const target = config!.models.get('anthropic/claude-sonnet-4.5')!
  expect(target.endpoints.map(({ provider }) => provider)).toEqual(['anthropic', 'bedrock'])
  expect(config!.models.get('groq/anything')!.endpoints).toHaveLength(2)
})

it.each([
  ['  smart: mistralai/mistral-large\n', 'There is no provider "mistralai".'],
  ['  smart: nobody/knows-this\n', 'There is no provider "nobody".'],
  ['  small:\n    endpoints: [groq/x]\n    fallbacks: [nobody/knows-this]\n', 'There is no model "nobody/knows-this".'],
])('refuses what nobody of the file has: %j', (models, message) => {
  expect(check(models).problems.map((problem) => problem.message)).toEqual([message])
})
