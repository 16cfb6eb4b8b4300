import { describe, expect, test } from 'vitest'
import { candidate, rank, strategy } from './ranking.ts'

describe('priority', async () => {
  const priority = await strategy('priority')

  test('is the order of the configuration, whatever the order of the candidates', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name, position) => candidate(name, { position }))
    expect(rank(priority, [c!, a!, b!])).toEqual({
      order: ['a', 'b', 'c'],
      why: ['number 1 in the configuration', 'number 2 in the configuration', 'number 3 in the configuration'],
      propensities: { a: 1, b: 0, c: 0 },
      scores: { a: 0, b: 1, c: 2 },
    })
  })
})

describe('weighted', async () => {
  const weighted = await strategy('weighted')

  test('is random in proportion to the weights', () => {
    const { propensities, why } = rank(weighted, [candidate('a', { weight: 3 }), candidate('b', { weight: 1 })])
    expect(propensities).toEqual({ a: 0.75, b: 0.25 })
    expect(why).toContain('weight 3')
  })

  test('an endpoint of weight 0 is a fallback, also when it is the first of the list', () => {
    const set = [candidate('spare', { weight: 0 }), candidate('a'), candidate('b')]
    for (let seed = 0; seed < 50; seed += 1) expect(rank(weighted, set, { seed }).order[2]).toBe('spare')
  })

  test('all of weight 0 are alike', () => {
    expect(rank(weighted, [candidate('a', { weight: 0 }), candidate('b', { weight: 0 })]).propensities).toEqual({
      a: 0.5,
      b: 0.5,
    })
  })
})

describe('round-robin', async () => {
  const roundRobin = await strategy('round-robin')

  test('gives each its turn, also when one comes in later', () => {
    const lastPicked = new Map<string, number>()
    const turns: string[] = []
    for (let turn = 1; turn <= 9; turn += 1) {
      const names = turn < 5 ? ['a', 'b'] : ['a', 'b', 'c']
      const set = names.map((name, position) => candidate(name, { position, lastPicked: lastPicked.get(name) ?? 0 }))
      const first = rank(roundRobin, set).order[0]!
      turns.push(first)
      lastPicked.set(first, turn)
    }
    expect(turns.join('')).toBe('ababcabca')
  })

  test('the fallbacks are those whose turn is next', () => {
    const set = [
      candidate('a', { lastPicked: 7 }),
      candidate('b', { lastPicked: 3 }),
      candidate('c', { lastPicked: 5 }),
    ]
    expect(rank(roundRobin, set)).toMatchObject({ order: ['b', 'c', 'a'], propensities: { b: 1, c: 0, a: 0 } })
  })
})

describe('least-busy', async () => {
  const leastBusy = await strategy('least-busy')

  test('takes the fewest requests in flight for the weight', () => {
    const set = [
      candidate('a', { inFlight: 4 }),
      candidate('b', { inFlight: 6, weight: 2 }),
      candidate('c', { inFlight: 5 }),
    ]
    expect(rank(leastBusy, set)).toMatchObject({
      order: ['b', 'a', 'c'],
      scores: { a: 4, b: 3, c: 5 },
      propensities: { a: 0, b: 1, c: 0 },
    })
  })

  test('idle ones share by weight', () => {
    expect(rank(leastBusy, [candidate('a', { weight: 3 }), candidate('b')]).propensities).toEqual({ a: 0.75, b: 0.25 })
  })

  test('one at its cap comes after those with room, and one of weight 0 last', () => {
    const set = [
      candidate('drained', { weight: 0 }),
      candidate('overfull', { inFlight: 6, cap: 3 }),
      candidate('full', { inFlight: 3, cap: 3 }),
      candidate('busy', { inFlight: 50 }),
    ]
    expect(rank(leastBusy, set).order).toEqual(['busy', 'full', 'overfull', 'drained'])
    expect(rank(leastBusy, set).why[1]).toBe('3 in flight, weight 1, at its cap of 3')
  })
})
