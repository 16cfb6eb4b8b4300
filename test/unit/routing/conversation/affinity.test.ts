import { describe, expect, test } from 'vitest'
import { Affinity, type Visit } from '../../../../src/routing/conversation/affinity.ts'

const MINUTE = 60_000
const visit = (more: Partial<Visit> = {}): Visit => ({
  endpoint: 'a/m',
  usage: undefined,
  named: true,
  longCache: false,
  ttl: 'auto',
  ...more,
})

describe('a conversation', () => {
  test('lives at its endpoint for five minutes after each success', () => {
    const affinity = new Affinity()
    affinity.set('k', visit(), 0)
    expect(affinity.get('k', 5 * MINUTE - 1)?.endpoint).toBe('a/m')
    affinity.set('k', visit(), 4 * MINUTE)
    expect(affinity.get('k', 8 * MINUTE)?.endpoint).toBe('a/m')
    expect(affinity.get('k', 9 * MINUTE)).toBeUndefined()
    expect(affinity.get('other', 0)).toBeUndefined()
  })

  test('lives for an hour when the request asks for it, and a later one that does not keeps the rest of it', () => {
    const affinity = new Affinity()
    affinity.set('k', visit({ longCache: true }), 0)
    affinity.set('k', visit(), 10 * MINUTE)
    expect(affinity.get('k', 59 * MINUTE)?.endpoint).toBe('a/m')
    expect(affinity.get('k', 60 * MINUTE)).toBeUndefined()
    affinity.set('k', visit({ longCache: true }), 0)
    affinity.set('k', visit({ endpoint: 'b/m' }), 10 * MINUTE)
    expect(affinity.get('k', 15 * MINUTE)).toBeUndefined()
  })

  test('lives as long as the operator says', () => {
    const affinity = new Affinity()
    affinity.set('k', visit({ ttl: 20 * MINUTE, longCache: true }), 0)
    expect(affinity.get('k', 20 * MINUTE - 1)).toBeDefined()
    expect(affinity.get('k', 20 * MINUTE)).toBeUndefined()
    affinity.set('k', visit({ ttl: 'off' }), 0)
    expect(affinity.get('k', 1)).toBeUndefined()
  })

  test('without a name it begins when a cache has been seen', () => {
    const affinity = new Affinity()
    affinity.set('k', visit({ named: false, usage: { inputTokens: 900, cacheReadTokens: 0 } }), 0)
    expect(affinity.get('k', 1)).toBeUndefined()
    affinity.set(
      'k',
      visit({ named: false, usage: { inputTokens: 900, cacheReadTokens: 512, cacheWriteTokens: 100 } }),
      2,
    )
    expect(affinity.get('k', 3)).toMatchObject({ endpoint: 'a/m', cachedTokens: 612 })
    affinity.set('k', visit({ named: false, endpoint: 'b/m' }), 4)
    expect(affinity.get('k', 5)).toMatchObject({ endpoint: 'b/m', cachedTokens: 0 })
  })

  test('the one unused for longest is forgotten first', () => {
    const affinity = new Affinity()
    for (let i = 0; i <= 50_000; i++) {
      affinity.set(`k${i}`, visit(), 0)
      affinity.set('busy', visit(), 0)
    }
    expect(affinity.get('k0', 1)).toBeUndefined()
    expect(affinity.get('busy', 1)).toBeDefined()
    expect(affinity.get('k50000', 1)).toBeDefined()
  })
})
