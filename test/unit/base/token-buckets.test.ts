import { expect, test } from 'vitest'
import { TokenBuckets } from '../../../src/base/token-buckets.ts'

const buckets = (most = 10) => new TokenBuckets({ perMinute: 30, burst: 3 }, most)
const drain = (own: TokenBuckets, name = 'a', at = 0) => [1, 2, 3].map(() => own.take(name, at))

test('lets a burst through, then as many as the rate', () => {
  const own = buckets()
  expect([...drain(own), own.take('a', 0)]).toEqual([0, 0, 0, 2])
  expect([own.take('a', 1_999), own.take('a', 2_000), own.take('a', 2_000)]).toEqual([1, 0, 2])
})

test('never holds more than the burst, however long nobody came', () => {
  const own = buckets()
  drain(own)
  expect([...drain(own, 'a', 1e12), own.take('a', 1e12)]).toEqual([0, 0, 0, 2])
})

test('a clock that is set back gives nothing away', () => {
  const own = buckets()
  drain(own, 'a', 1e9)
  expect(own.take('a', 0)).toBe(2)
  expect(own.take('a', 2_000)).toBe(0)
})

test('names have buckets of their own, and the oldest are forgotten', () => {
  const own = buckets(2)
  drain(own, 'a')
  expect(own.take('b', 0)).toBe(0)
  expect(own.take('a', 0)).toBe(2)
  own.take('c', 0)
  expect(own.take('a', 0)).toBe(2)
  expect(drain(own, 'b')).toEqual([0, 0, 0])
})
