import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf, GAMMA, quantile, quantilesOf, SPEED, TIME } from '../../../src/base/grid.ts'
import { MAX_COUNT, SparseCounts } from '../../../src/outcomes/cells/counts.ts'
import { VlqReader, VlqWriter } from '../../../src/outcomes/windows/vlq.ts'

const times = fc.array(fc.double({ min: 10, max: 610_000, noNaN: true }), { minLength: 1, maxLength: 300 })
const entries = fc.array(fc.tuple(fc.nat(211), fc.integer({ min: 1, max: 100_000 })), { maxLength: 80 })

function countsOf(list: readonly (readonly [number, number])[]): SparseCounts {
  const counts = new SparseCounts()
  for (const [key, count] of list) counts.add(key, count)
  return counts
}

function dense(counts: SparseCounts): number[] {
  const array = new Float64Array(256)
  counts.addTo(array)
  return [...array]
}

function merged(...all: SparseCounts[]): SparseCounts {
  const counts = new SparseCounts()
  for (const each of all) counts.merge(each)
  return counts
}

function encode(counts: SparseCounts): string {
  const writer = new VlqWriter()
  counts.encode(writer)
  return writer.take()
}

describe('the grid', () => {
  it('spans 10 ms to 600 s and 0.1 to 6,000 tokens/s with 64 buckets', () => {
    expect(bucketOf(TIME, 10)).toBe(0)
    expect(bucketOf(TIME, 600_000)).toBe(BUCKETS - 1)
    expect(bucketOf(SPEED, 0.1)).toBe(0)
    expect(bucketOf(SPEED, 6_000)).toBe(BUCKETS - 1)
  })

  it('puts each value between its bucket bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: 10.001, max: 600_000, noNaN: true }), (value) => {
        const bucket = bucketOf(TIME, value)
        expect(value).toBeGreaterThanOrEqual(TIME.smallest * GAMMA ** bucket * (1 - 1e-9))
        expect(value).toBeLessThanOrEqual(TIME.smallest * GAMMA ** (bucket + 1) * (1 + 1e-9))
      }),
    )
  })

  it('clamps outliers and nonsense', () => {
    for (const low of [0, -5, 1e-300, Number.NaN, Number.NEGATIVE_INFINITY]) expect(bucketOf(TIME, low)).toBe(0)
    for (const high of [1e9, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) expect(bucketOf(TIME, high)).toBe(BUCKETS - 1)
  })

  it('gives any quantile within a factor of gamma', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
        const counts = new Float64Array(BUCKETS)
        for (const value of values) counts[bucketOf(TIME, value)]!++
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(q * sorted.length) - 1]!
        const ratio = quantile(TIME, counts, q)! / exact
        expect(ratio).toBeLessThanOrEqual(GAMMA * (1 + 1e-9))
        expect(ratio).toBeGreaterThanOrEqual((1 / GAMMA) * (1 - 1e-9))
      }),
    )
  })

  it('gives ordered quantiles, and none without data', () => {
    fc.assert(
      fc.property(times, (values) => {
        const counts = new Float64Array(BUCKETS + 7)
        for (const value of values) counts[7 + bucketOf(TIME, value)]!++
        const { p50, p75, p90, p95, p99, n } = quantilesOf(TIME, counts, 7)!
        expect([p50, p75, p90, p95, p99]).toEqual([p50, p75, p90, p95, p99].sort((a, b) => a - b))
        expect(n).toBe(values.length)
      }),
    )
    expect(quantilesOf(TIME, new Float64Array(BUCKETS))).toBeUndefined()
  })
})

describe('sparse counts', () => {
  it('merge in any order and grouping, like dense ones', () => {
    fc.assert(
      fc.property(entries, entries, entries, (a, b, c) => {
        const left = dense(merged(merged(countsOf(a), countsOf(b)), countsOf(c)))
        const right = dense(merged(countsOf(c), merged(countsOf(b), countsOf(a))))
        expect(left).toEqual(right)
        const plain = new Array<number>(256).fill(0)
        for (const [key, count] of [...a, ...b, ...c]) plain[key]! += count
        expect(left).toEqual(plain)
      }),
    )
  })

  it('survive being written and read', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const counts = countsOf(list)
        const reader = new VlqReader(encode(counts))
        expect(dense(SparseCounts.decode(reader)!)).toEqual(dense(counts))
        expect(reader.done).toBe(true)
      }),
    )
  })

  it('stay at their largest count', () => {
    const counts = countsOf([
      [3, MAX_COUNT],
      [3, 10],
      [4, 1],
    ])
    expect(dense(counts).slice(2, 6)).toEqual([0, MAX_COUNT, 1, 0])
  })

  it('refuse text that is not theirs', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const decoded = SparseCounts.decode(new VlqReader(text))
        if (decoded) expect(dense(decoded).every((count) => count >= 0)).toBe(true)
      }),
    )
    expect(SparseCounts.decode(new VlqReader('CAB'))).toBeUndefined()
    expect(SparseCounts.decode(new VlqReader('%'))).toBeUndefined()
  })
})

describe('VLQ', () => {
  it('writes and reads any safe integer', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
        const writer = new VlqWriter()
        for (const number of numbers) writer.write(number)
        const reader = new VlqReader(writer.take())
        expect(numbers.map(() => reader.next())).toEqual(numbers)
        expect(reader.failed).toBe(false)
        expect(reader.done).toBe(true)
      }),
    )
  })

  it('grows beyond its first buffer', () => {
    const writer = new VlqWriter()
    for (let i = 0; i < 5_000; i++) writer.write(i)
    const reader = new VlqReader(writer.take())
    for (let i = 0; i < 5_000; i++) expect(reader.next()).toBe(i)
  })
})
