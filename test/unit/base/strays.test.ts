import { expect, test } from 'vitest'
import { Strays } from '../../../src/base/strays.ts'

test('of names that are not configured the ones used last are kept', () => {
  const dropped: string[] = []
  const strays = new Strays(2, (name) => dropped.push(name))
  for (const name of ['a', 'b', 'c']) strays.use(name)
  expect(dropped).toEqual([])
  strays.configure(new Set(['a']), ['a', 'b', 'c'])
  for (const name of ['b', 'x', 'a', 'y']) strays.use(name)
  expect(dropped).toEqual(['c', 'b'])
  strays.delete('x')
  strays.use('z')
  expect(dropped).toEqual(['c', 'b'])
})

test('what is no longer configured is bounded from then on', () => {
  const dropped: string[] = []
  const strays = new Strays(1, (name) => dropped.push(name))
  strays.configure(new Set(['a', 'b']), [])
  for (const name of ['a', 'b']) strays.use(name)
  strays.configure(new Set(), ['a', 'b'])
  expect(dropped).toEqual(['a'])
  expect(strays.has('b')).toBe(true)
})
