import { expect, test, vi } from 'vitest'
import { kept } from '../../../../providers/shared/kept.ts'

test('makes each once, and keeps no more than so many', () => {
  const make = vi.fn((name: string) => ({ name }))
  const of = kept(make)
  expect(of('a')).toBe(of('a'))
  for (let at = 1; at < 1_000; at++) of(`other-${at}`)
  of('a')
  expect(make).toHaveBeenCalledTimes(1_000)
  of('one too many')
  of('a')
  expect(make).toHaveBeenCalledTimes(1_002)
})
