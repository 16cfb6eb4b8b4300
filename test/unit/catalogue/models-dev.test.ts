import { describe, expect, it } from 'vitest'
import { fromModelsDev, type ModelsDev, type ModelsDevModel } from '../../../src/catalogue/models-dev.ts'
import { fromRow } from '../../../src/catalogue/row.ts'

const service = (...models: ModelsDevModel[]) => ({
  models: Object.fromEntries(models.map((model) => [model.id, model])),
})
const only = (model: ModelsDevModel) =>
  fromModelsDev({ groq: service(model) })
    .get('groq')
    ?.map(fromRow)[0]

describe('what models.dev says of a model', () => {
  it('becomes its context, modalities, parameters and price', () => {
    const model = only({
      id: 'm-1',
      name: 'M 1',
      release_date: '2026-03-05',
      reasoning: true,
      tool_call: true,
      temperature: false,
      structured_output: true,
      limit: { context: 1_050_000, output: 128_000 },
      modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
      cost: {
        input: 2.5,
        output: 15,
        cache_read: 0.25,
        cache_write: 3,
        input_audio: 32,
        tiers: [{ tier: { size: 272_000 }, input: 5, output: 22.5 }],
      },
      experimental: {
        modes: { fast: { cost: { input: 5, output: 30 }, provider: { body: { service_tier: 'priority' } } } },
      },
    })
    expect(model).toEqual({
      id: 'm-1',
      title: 'M 1',
      released: '2026-03-05',
      contextLength: 1_050_000,
      maxOutputTokens: 128_000,
      inputModalities: ['text', 'image', 'file'],
      outputModalities: ['text'],
      parameters: expect.arrayContaining(['tools', 'response_format', 'structured_outputs', 'reasoning', 'max_tokens']),
      price: {
        prompt: 2.5,
        completion: 15,
        cacheRead: 0.25,
        cacheWrite: 3,
        audioPrompt: 32,
        tiers: [
          { aboveInputTokens: 272_000, prompt: 5, completion: 22.5 },
          { serviceTier: 'priority', prompt: 5, completion: 30 },
        ],
      },
    })
    expect(model!.parameters).not.toContain('temperature')
  })

  it.each([
    ['text-embedding-x', ['embeddings']],
    ['rerank-x', ['rerank']],
    ['whisper-x', ['transcription']],
    ['chat-x', ['text']],
  ])('is for what its name says: %s', (id, outputs) => {
    expect(only({ id })?.outputModalities).toEqual(outputs)
  })

  it('without a price has none, and broken figures are none', () => {
    expect(only({ id: 'free?' })?.price).toBeUndefined()
    expect(only({ id: 'odd', cost: { input: -1, output: 2 } })?.price).toBeUndefined()
  })

  it('leaves out what is no longer served, and what is no model', () => {
    expect(only({ id: 'old', status: 'deprecated' })).toBeUndefined()
    const broken = { groq: { models: { a: null, b: { name: 'no id' } } } } as unknown as ModelsDev
    expect(fromModelsDev(broken).size).toBe(0)
  })
})

describe('canonical names', () => {
  const rows = fromModelsDev({
    openrouter: service(
      { id: 'anthropic/claude-sonnet-4.5' },
      { id: 'openai/gpt-5' },
      { id: 'meta-llama/llama-x:free' },
    ),
    anthropic: service({ id: 'claude-sonnet-4-5' }, { id: 'claude-next' }),
    'amazon-bedrock': service({ id: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0' }, { id: 'amazon.unheard-of' }),
    togetherai: service({ id: 'someone/gpt-5' }),
  })
  const canonical = (name: string) => rows.get(name)?.map((row) => row.canonical)

  it("are OpenRouter's, or else the maker's, and no other maker's", () => {
    expect(canonical('anthropic')).toEqual(['anthropic/claude-sonnet-4.5', 'anthropic/claude-next'])
    expect(canonical('bedrock')).toEqual(['anthropic/claude-sonnet-4.5', undefined])
    expect(canonical('together')).toEqual([undefined])
    expect(canonical('openrouter')).toContain('meta-llama/llama-x:free')
  })
})
