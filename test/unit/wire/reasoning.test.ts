import { describe, expect, test } from 'vitest'
import { isToken, madeBy, readToken, tokenOf, writtenBy } from '../../../src/wire/reasoning/token.ts'

describe("the router's own signature", () => {
  const origin = {
    maker: 'google/gemini-3-pro',
    field: 'reasoning' as const,
    details: [{ type: 'reasoning.encrypted', data: 'gAAA' }],
    calls: [{ id: 'call_1', at: 0, extra: { google: { thought_signature: 'U0lH' } } }],
  }

  test('gives back what it was made of', () => {
    expect(readToken(tokenOf(origin))).toEqual(origin)
    expect(readToken(tokenOf({ maker: 'a/b' }))).toEqual({ maker: 'a/b' })
  })

  test.each([
    ['of Claude', 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrzLoky3dl1pkiMOYds'],
    ['empty', ''],
    ['no text', 7],
    ['cut', tokenOf(origin).slice(0, 30)],
    ['of another shape', `router.1.${Buffer.from('{"maker":7}').toString('base64url')}`],
    ['of a version to come', tokenOf(origin).replace('.1.', '.2.')],
  ])('is not read from one %s', (_, signature) => {
    expect(readToken(signature)).toBeUndefined()
  })

  test('is known by its beginning, also where it cannot be read', () => {
    expect([tokenOf(origin), 'router.2.xyz', 'EqQBCgIY', ''].map(isToken)).toEqual([true, true, false, false])
  })

  test('takes nothing of a wrong shape', () => {
    const odd = { maker: 'a/b', field: 'content', details: ['x'], calls: [{ id: 1 }] }
    expect(readToken(`router.1.${Buffer.from(JSON.stringify(odd)).toString('base64url')}`)).toEqual({ maker: 'a/b' })
  })

  test('names the maker: opaque parts are one model’s, text is the company’s or the model’s', () => {
    const by = { maker: 'together/deepseek-ai/DeepSeek-V3' }
    expect(madeBy(by, 'together/deepseek-ai/DeepSeek-V3')).toBe(true)
    expect(madeBy(by, 'together/deepseek-ai/DeepSeek-R1')).toBe(false)
    expect(writtenBy(by, 'together/deepseek-ai/DeepSeek-R1')).toBe(true)
    expect(writtenBy(by, 'local/deepseek-v3')).toBe(true)
    expect(writtenBy(by, 'local/qwen3')).toBe(false)
  })
})
