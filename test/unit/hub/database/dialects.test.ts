import { expect, test } from 'vitest'
import { reasonOfDatabase } from '../../../../src/hub/database/dialects.ts'

test.each<[unknown, string]>([
  [{ name: 'ErrnoError', errno: 51 }, 'no space is left on the disk'],
  [{ name: 'ErrnoError', errno: 29 }, 'its files cannot be read or written (WASI error 29)'],
  [Object.assign(new RangeError('too much'), { errno: 1 }), 'too much'],
  ['words', 'words'],
])('what the database throws is told in words: %j', (error, reason) => {
  expect(reasonOfDatabase(error)).toBe(reason)
})
