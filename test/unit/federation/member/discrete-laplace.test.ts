import { describe, expect, it } from 'vitest'
import { discreteLaplace, systemWords, uniform } from '../../../../src/federation/member/report/discrete-laplace.ts'
import { noiseStream } from '../../../../src/federation/member/report/noise-stream.ts'

const words = (label: string) => noiseStream(Buffer.alloc(32, 7), label)
const draws = (count: number, t: number, s: number) => {
  const stream = words(`${t}/${s}`)
  return Array.from({ length: count }, () => discreteLaplace(t, s, stream))
}

/** P(x) of scale t/s: (1 - p) / (1 + p) p^|x|, p = exp(-s / t). */
const chance = (x: number, t: number, s: number) => {
  const p = Math.exp(-s / t)
  return ((1 - p) / (1 + p)) * p ** Math.abs(x)
}

describe('discrete Laplace', () => {
  it.each([
    [1, 1],
    [2, 3],
    [4, 2],
    [8, 1],
  ])('has its probabilities at scale %i/%i (chi-square)', (t, s) => {
    const n = 40_000
    const counts = new Map<number, number>()
    for (const x of draws(n, t, s)) counts.set(x, (counts.get(x) ?? 0) + 1)
    let [statistic, cells] = [0, 0]
    for (let x = -60; x <= 60; x++) {
      const expected = n * chance(x, t, s)
      if (expected < 10) continue
      statistic += ((counts.get(x) ?? 0) - expected) ** 2 / expected
      cells++
    }
    // Mean cells - 1, sd sqrt(2 (cells - 1)): five sd. The words are fixed, so this holds always or never.
    expect(statistic).toBeLessThan(cells + 5 * Math.sqrt(2 * cells))
  })

  it.each([
    [4_000, 4],
    [4_000, 1],
  ])('has mean 0 and the right variance at the scale of votes, %i/%i', (t, s) => {
    const n = 20_000
    const all = draws(n, t, s)
    const variance = all.reduce((sum, x) => sum + x * x, 0) / n
    const p = Math.exp(-s / t)
    const expected = (2 * p) / (1 - p) ** 2
    expect(Math.abs(all.reduce((sum, x) => sum + x, 0) / n)).toBeLessThan(5 * Math.sqrt(expected / n))
    // The kurtosis of a Laplace distribution is 6: the sample variance has sd sqrt(5 / n) times itself.
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(5 / n))
  })

  it('draws uniformly below bounds that do not divide 2^32', () => {
    const stream = words('uniform')
    const counts = [0, 0, 0]
    for (let i = 0; i < 30_000; i++) counts[uniform(3, stream)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(10_000 * (2 / 3)))
    // Words that would favour small numbers are drawn again.
    const scripted = [2 ** 32 - 1, 5][Symbol.iterator]()
    expect(uniform(3, () => scripted.next().value!)).toBe(2)
  })
})

describe('the stream of noise', () => {
  const first = (key: number, label: string) => {
    const stream = noiseStream(Buffer.alloc(32, key), label)
    return Array.from({ length: 2_000 }, () => stream())
  }

  it('is the same for the same key and label, and another for any other', () => {
    expect(first(1, 'a')).toEqual(first(1, 'a'))
    expect(first(1, 'b')).not.toEqual(first(1, 'a'))
    expect(first(2, 'a')).not.toEqual(first(1, 'a'))
    // Beyond its first block too.
    expect(new Set(first(1, 'a')).size).toBeGreaterThan(1_990)
  })

  it('of the system gives words of 32 bits', () => {
    for (let i = 0; i < 100; i++)
      expect(systemWords()).toSatisfy((word: number) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)
  })
})
