import { expect, test } from 'vitest'
import { JoinedKeys } from '../../../src/base/joined-keys.ts'

test('two texts are one key, whatever came in between', () => {
  const keys = new JoinedKeys()
  expect(keys.of('a', 'b')).toBe('a\nb')
  for (let i = 0; i < 12_000; i++) expect(keys.of(`a${i % 7}`, `b${i}`)).toBe(`a${i % 7}\nb${i}`)
  expect(keys.of('a', 'b')).toBe('a\nb')
  expect(keys.of('a', '')).toBe('a\n')
})
