import { describe, expect, test } from 'vitest'
import { candidate, rank, strategy } from './ranking.ts'

describe('price', async () => {
  const price = await strategy('price')
  const priced = (name: string, estimatedPrice: number | undefined, outage = false) =>
    candidate(name, { estimatedPrice, outage })

  test('weighs by the inverse square: $1 against $3 is 9 to 1', () => {
    const { propensities, why } = rank(price, [priced('cheap', 0.001), priced('dear', 0.003)])
    expect(propensities.cheap).toBeCloseTo(0.9, 12)
    expect(propensities.dear).toBeCloseTo(0.1, 12)
    expect(why).toContain('$0.00100 expected')
  })

  test('the exponent can be chosen', async () => {
    const linear = await strategy('price', { exponent: 1 })
    expect(rank(linear, [priced('a', 1), priced('b', 3)]).propensities).toEqual({ a: 0.75, b: 0.25 })
    const none = await strategy('price', { exponent: 0 })
    expect(rank(none, [priced('a', 1), priced('b', 3)]).propensities).toEqual({ a: 0.5, b: 0.5 })
  })

  test('those with an outage in the last 30 s are only fallbacks, however cheap', () => {
    const set = [priced('cheap', 0.0001, true), priced('dear', 0.1), priced('free', 0, true)]
    for (let seed = 0; seed < 20; seed += 1) expect(rank(price, set, { seed }).order).toEqual(['dear', 'free', 'cheap'])
    expect(rank(price, set)).toMatchObject({
      propensities: { dear: 1, free: 0, cheap: 0 },
      why: [expect.any(String), 'free, outage in the last 30 s', expect.any(String)],
    })
  })

  test('when all have an outage, price decides again', () => {
    expect(rank(price, [priced('a', 1, true), priced('b', 1, true)]).propensities).toEqual({ a: 0.5, b: 0.5 })
  })

  test('free wins, alike among the free, without dividing by zero', () => {
    const set = [priced('paid', 0.00001), priced('free-1', 0), priced('free-2', 0)]
    expect(rank(price, set).propensities).toEqual({ paid: 0, 'free-1': 0.5, 'free-2': 0.5 })
    expect(rank(price, set).order[2]).toBe('paid')
  })

  test('an unknown price comes after every known one: it is neither free nor a dollar', () => {
    const set = [priced('unknown', undefined), priced('dear', 50), priced('broken', Number.NaN), priced('negative', -1)]
    for (let seed = 0; seed < 20; seed += 1) expect(rank(price, set, { seed }).order[0]).toBe('dear')
    expect(rank(price, [priced('a', undefined), priced('b', undefined)]).propensities).toEqual({ a: 0.5, b: 0.5 })
    expect(rank(price, set).why).toContain('price unknown')
  })

  test('bears prices from the smallest to the largest number', () => {
    const { propensities } = rank(price, [priced('least', 5e-324), priced('most', 1e308), priced('usual', 0.001)])
    expect(propensities).toEqual({ least: 1, most: 0, usual: 0 })
  })
})
