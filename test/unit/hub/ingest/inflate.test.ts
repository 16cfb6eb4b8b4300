import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inflate } from '../../../../src/hub/ingest/inflate.ts'

const MAX_BYTES = 1_048_576

test('gives back what was compressed, and what was not', () => {
  const body = Buffer.from('two\nlines')
  expect(inflate(gzipSync(body), 'gzip', MAX_BYTES)).toEqual(body)
  expect(inflate(body, undefined, MAX_BYTES)).toBe(body)
  expect(inflate(body, 'identity', MAX_BYTES)).toBe(body)
})

test('takes as much as the limit, and not a byte more', () => {
  expect(inflate(gzipSync(Buffer.alloc(MAX_BYTES)), 'gzip', MAX_BYTES)).toHaveLength(MAX_BYTES)
  expect(() => inflate(gzipSync(Buffer.alloc(MAX_BYTES + 1)), 'gzip', MAX_BYTES)).toThrow(
    expect.objectContaining({ code: 'too_large' }),
  )
  expect(() => inflate(Buffer.alloc(MAX_BYTES + 1), undefined, MAX_BYTES)).toThrow(
    expect.objectContaining({ code: 'too_large' }),
  )
})

test('stops at the limit of a bomb, which never lies in memory', () => {
  const bomb = gzipSync(Buffer.alloc(200 * MAX_BYTES))
  expect(bomb.length).toBeLessThan(262_144)
  const before = process.memoryUsage().rss
  expect(() => inflate(bomb, 'gzip', MAX_BYTES)).toThrow(expect.objectContaining({ code: 'too_large' }))
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * MAX_BYTES)
})

test.each([
  ['no gzip at all', Buffer.from('plain'), 'gzip', 'bad_request'],
  ['cut off', gzipSync(Buffer.alloc(1000)).subarray(0, -9), 'gzip', 'bad_request'],
  ['empty', Buffer.alloc(0), 'gzip', 'bad_request'],
  ['another encoding', Buffer.from('x'), 'br', 'unsupported_encoding'],
  ['two encodings', gzipSync(Buffer.from('x')), 'gzip, gzip', 'unsupported_encoding'],
])('refuses %s', (_what, body, encoding, code) => {
  expect(() => inflate(body, encoding, MAX_BYTES)).toThrow(expect.objectContaining({ code }))
})
