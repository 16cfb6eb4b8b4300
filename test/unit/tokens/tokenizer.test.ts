import { afterAll, describe, expect, it } from 'vitest'
import { estimateTokens } from '../../../src/tokens/estimate.ts'
import { familyOf } from '../../../src/tokens/families.ts'
import { split } from '../../../src/tokens/split.ts'
import { Tokenizer } from '../../../src/tokens/tokenizer.ts'

const tokenizer = new Tokenizer()
afterAll(() => tokenizer.close())

describe('Tokenizer', () => {
  it('counts as the encoding does', async () => {
    expect(await tokenizer.count('o200k_base', ['Hello, world!', ' <|endoftext|>'])).toBe(4 + 7)
    expect(await tokenizer.count('cl100k_base', ['Hello, world!'])).toBe(4)
    expect(await tokenizer.count('o200k_base', [])).toBe(0)
  })

  it('takes a part for the whole of a long text', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '
    const tokens = await tokenizer.count('o200k_base', [text.repeat(100_000), text])
    expect(tokens / 1_000_000).toBeCloseTo(1, 2)
  })

  // One run of 60,000 characters takes half a minute in one piece.
  it.each(['漢字', 'a', ' ', '\n', '!?'])('counts a long run of %j in good time', async (run) => {
    expect(await tokenizer.count('o200k_base', [run.repeat(30_000)])).toBeGreaterThan(100)
  })

  it('estimates what is under way when it is closed, and begins anew', async () => {
    const own = new Tokenizer()
    const counts = Promise.all(Array.from({ length: 70 }, () => own.count('o200k_base', ['12345678'])))
    await own.close()
    expect(new Set(await counts)).toEqual(new Set([2]))
    expect(await own.count('o200k_base', ['Hello, world!'])).toBe(4)
    await own.close()
  })
})

it('keeps words whole when it splits, and every character', () => {
  expect(split('one two')).toEqual(['one two'])
  const text = `one two ${'x'.repeat(450)}${' '.repeat(300)}end`
  expect(split(text).join('')).toBe(text)
  expect(split(text).slice(0, 2)).toEqual(['one', ' two'])
  expect(Math.max(...split(text).map((piece) => piece.length))).toBeLessThanOrEqual(400)
})

it.each([
  ['gpt-3.5-turbo', 'cl100k_base', 1],
  ['openai/gpt-5.1', 'o200k_base', 1],
  ['claude-3-5-haiku-20241022', 'o200k_base', 1.07],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'o200k_base', 1.07],
  ['claude-sonnet-4-20250514', 'o200k_base', 1.07],
  ['claude-sonnet-4@20250514', 'o200k_base', 1.07],
  ['claude-opus-4-7@20260416', 'o200k_base', 1.35],
  ['anthropic/claude-opus-4.6', 'o200k_base', 1.07],
  ['claude-opus-4-7', 'o200k_base', 1.35],
  ['Qwen/Qwen3-8B', 'o200k_base', 1],
])('counts %s with %s, times %d', (model, encoding, ratio) => {
  expect(familyOf(model)).toMatchObject({ encoding, ratio })
})

it('adds what stands around messages and tools', async () => {
  const body = { messages: [{ role: 'user', content: 'Hello, world!' }] }
  expect(await estimateTokens(tokenizer, 'gpt-4o', body)).toBe(4 + 3 + 3)
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }]
  expect(await estimateTokens(tokenizer, 'gpt-4o', { ...body, tools })).toBe(4 + 3 + 3 + 9 + 2)
})
