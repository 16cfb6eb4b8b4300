import { describe, expect, it } from 'vitest'
import { makerIn, modelKey } from '../../../src/catalogue/names.ts'

describe('modelKey', () => {
  it.each([
    [
      'claude-sonnet-4-5',
      [
        'claude-sonnet-4-5-20250929',
        'anthropic/claude-sonnet-4.5',
        'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
        'claude-sonnet-4-5@20250929',
        'Claude-Sonnet-4.5',
      ],
    ],
    ['claude-opus-4-8', ['claude-opus-4-8@default', 'anthropic.claude-opus-4-8']],
    ['claude-3-5-sonnet', ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-latest', 'anthropic/claude-3.5-sonnet']],
    ['gpt-4o', ['gpt-4o-2024-08-06', 'openai/gpt-4o']],
    ['gpt-oss-120b', ['openai.gpt-oss-120b-1:0', 'accounts/fireworks/models/gpt-oss-120b', 'openai/gpt-oss-120b']],
    [
      'llama-3-3-70b',
      [
        'llama-3.3-70b-versatile',
        'meta-llama/Llama-3.3-70B-Instruct-Turbo',
        'meta-llama/llama-3.3-70b-instruct',
        'Meta-Llama-3.3-70B-Instruct',
      ],
    ],
    ['llama-4-scout', ['meta.llama4-scout-17b-instruct-v1:0', 'meta-llama/llama-4-scout-17b-16e-instruct']],
    ['deepseek-v3-2', ['deepseek.v3.2', 'deepseek-ai/DeepSeek-V3.2', 'accounts/fireworks/models/deepseek-v3p2']],
  ])('is %s for all ways to write it', (key, names) => {
    for (const name of names) expect(modelKey(name), name).toBe(key)
  })

  it('keeps apart what is not the same', () => {
    expect(modelKey('gpt-4-turbo')).not.toBe(modelKey('gpt-4'))
    expect(modelKey('gpt-4o-mini')).not.toBe(modelKey('gpt-4o'))
    expect(modelKey('claude-3-5-haiku')).not.toBe(modelKey('claude-3-5-sonnet'))
    expect(modelKey('anthropic/claude-3.7-sonnet:thinking')).not.toBe(modelKey('anthropic/claude-3.7-sonnet'))
  })
})

describe('makerIn', () => {
  it('says makers as canonical names do', () => {
    expect(makerIn('xai/grok-4')).toBe('x-ai')
    expect(makerIn('anthropic/claude-sonnet-4.5')).toBe('anthropic')
    expect(makerIn('claude-sonnet-4.5')).toBeUndefined()
    expect(makerIn('accounts/fireworks/models/gpt-oss-120b')).toBeUndefined()
  })
})
