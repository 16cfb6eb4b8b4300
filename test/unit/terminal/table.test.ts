import { expect, test } from 'vitest'
import { textWidth } from '../../../src/base/format/text.ts'
import { paletteOf, type Screen } from '../../../src/terminal/colour.ts'
import { type Column, table } from '../../../src/terminal/table.ts'

const COLUMNS: Column[] = [
  { title: 'endpoint', shrink: true },
  { title: 'requests', align: 'right' },
  { title: 'errors' },
]
const ROWS = [
  ['together/meta-llama/Llama-3.3-70B', '1,234', '2 timeouts'],
  ['本地/模型', '7', ''],
]
const screen = (width: number, colour = false): Screen => ({ width, palette: paletteOf(colour) })

test('columns are aligned by what is drawn, without blanks at the end', () => {
  expect(table(COLUMNS, ROWS, screen(Number.POSITIVE_INFINITY))).toBe(
    [
      'endpoint                           requests  errors',
      'together/meta-llama/Llama-3.3-70B     1,234  2 timeouts',
      '本地/模型                                 7',
    ].join('\n'),
  )
})

test('a column that may shrink makes room on a narrow terminal', () => {
  expect(table(COLUMNS, ROWS, screen(42))).toBe(
    [
      'endpoint              requests  errors',
      'together/m…a-3.3-70B     1,234  2 timeouts',
      '本地/模型                    7',
    ].join('\n'),
  )
})

test('too narrow for a table: every row becomes a block', () => {
  expect(table(COLUMNS, ROWS, screen(20))).toBe(
    [
      'endpoint  together/meta-llama/Llama-3.3-70B',
      'requests  1,234',
      'errors    2 timeouts',
      '',
      'endpoint  本地/模型',
      'requests  7',
      'errors',
    ].join('\n'),
  )
})

test('colours do not change the layout', () => {
  const coloured = table(COLUMNS, [['a', paletteOf(true).red('9'), 'x']], screen(80, true))
  expect(coloured).toContain('\x1b[1m')
  const [head, row] = coloured.split('\n')
  expect(textWidth(head ?? '')).toBe('endpoint  requests  errors'.length)
  expect(textWidth(row ?? '')).toBe('a                9  x'.length)
})

test('no rows leave the head', () => {
  expect(table(COLUMNS, [], screen(80))).toBe('endpoint  requests  errors')
})
