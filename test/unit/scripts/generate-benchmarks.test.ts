import { expect, test } from 'vitest'
import { sectionOf, withSection } from '../../../scripts/generate-benchmarks.ts'

test('tables with titles and notes', () => {
  const section = sectionOf({
    facts: { date: '2026-01-05', world_seeds: '1, 2' },
    tables: [{ title: 'Goals', columns: ['goal', 'value'], rows: [['a|b', 1 / 3]], note: 'Read it so.' }],
  })
  expect(section).toBe(
    'date: 2026-01-05; world seeds: 1, 2\n\n### Goals\n\n| goal | value |\n|---|---:|\n| a\\|b | 0.3333 |\n\nRead it so.',
  )
})

test('rows of objects become one table of all their keys', () => {
  expect(
    sectionOf({
      rows: [
        { scene: 'x', rps: 10 },
        { scene: 'y', p50: 2 },
      ],
    }),
  ).toBe('| scene | rps | p50 |\n|---|---:|---:|\n| x | 10 |  |\n| y |  | 2 |')
})

test('replaces what is between the markers, again and again', () => {
  const document = 'before\n<!-- x:begin -->\nold\n<!-- x:end -->\nafter\n'
  const once = withSection(document, 'x', 'new')
  expect(once).toBe('before\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nafter\n')
  expect(withSection(once, 'x', 'new')).toBe(once)
  expect(() => withSection(document, 'y', 'new')).toThrow('<!-- y:begin -->')
})
