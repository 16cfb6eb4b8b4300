import { describe, expect, it } from 'vitest'
import type { KnownModel } from '../../../src/catalogue/known-model.ts'
import { createModelCatalogue } from '../../../src/catalogue/model-catalogue.ts'

const SONNET = { canonical: 'anthropic/claude-sonnet-4.5' }
const SHELVES: Record<string, KnownModel[]> = {
  anthropic: [
    { id: 'claude-sonnet-4-5-20250929', ...SONNET },
    { id: 'claude-sonnet-4-5', ...SONNET },
  ],
  bedrock: [{ id: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', ...SONNET }],
  openrouter: [
    { id: 'anthropic/claude-sonnet-4.5', ...SONNET },
    { id: 'meta-llama/llama-3.3-70b-instruct', canonical: 'meta-llama/llama-3.3-70b-instruct' },
    { id: 'meta-llama/llama-3.3-70b-instruct:free', canonical: 'meta-llama/llama-3.3-70b-instruct:free' },
  ],
}
const catalogue = () => createModelCatalogue((service) => SHELVES[service] ?? [])

describe('the catalogue', () => {
  it('finds a canonical name at every service that has it, by its plainest name', () => {
    const found = catalogue().serve('anthropic/claude-sonnet-4.5', ['anthropic', 'groq', 'bedrock', 'openrouter'])
    expect(found.map(({ service, model }) => `${service} ${model.id}`)).toEqual([
      'anthropic claude-sonnet-4-5',
      'bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'openrouter anthropic/claude-sonnet-4.5',
    ])
  })

  it('takes any way to write it, but not another maker', () => {
    const all = Object.keys(SHELVES)
    expect(catalogue().serve('claude-sonnet-4-5-20250929', all)).toHaveLength(3)
    expect(catalogue().canonical('anthropic/claude-sonnet-4-5', all)).toBe('anthropic/claude-sonnet-4.5')
    expect(catalogue().serve('openai/claude-sonnet-4.5', all)).toEqual([])
  })

  it('keeps free offers apart', () => {
    expect(catalogue().serve('meta-llama/llama-3.3-70b-instruct', ['openrouter'])[0]!.model.id).toBe(
      'meta-llama/llama-3.3-70b-instruct',
    )
    expect(catalogue().serve('meta-llama/llama-3.3-70b-instruct:free', ['openrouter'])[0]!.model.id).toMatch(/:free$/)
    expect(catalogue().find('openrouter', 'anthropic/claude-sonnet-4.5:free')).toBeUndefined()
  })

  it('knows a snapshot by its model, and reads each service once', () => {
    let reads = 0
    const once = createModelCatalogue((service) => {
      reads++
      return SHELVES[service] ?? []
    })
    expect(once.find('anthropic', 'claude-sonnet-4-5-20260101')?.id).toBe('claude-sonnet-4-5')
    expect(once.find('anthropic', 'claude-nothing')).toBeUndefined()
    expect(once.modelsOf('anthropic')).toHaveLength(2)
    expect(once.modelsOf('nobody')).toEqual([])
    expect(reads).toBe(2)
  })
})
