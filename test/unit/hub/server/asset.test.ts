import { expect, test } from 'vitest'
import { bestEncoding, isFresh } from '../../../../src/hub/server/asset.ts'

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.1, gzip;q=1', 'br'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['BR', 'br'],
  ['gzip;q=nonsense', 'identity'],
  ['deflate', 'identity'],
])('accept-encoding %s gets %s', (header, encoding) => {
  expect(bestEncoding(header)).toBe(encoding)
})

test('a tag is matched whole', () => {
  expect([
    isFresh('"ab"', '"a"'),
    isFresh('"a", "b"', '"b"'),
    isFresh('W/"a"', '"a"'),
    isFresh(undefined, '"a"'),
  ]).toEqual([false, true, true, false])
})
