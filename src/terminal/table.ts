import { pad, shorten, textWidth } from '../base/format/text.ts'
import type { Screen } from './colour.ts'

export interface Column {
  readonly title: string
  /** Its title where no neighbour says what it belongs to; default: `title`. */
  readonly label?: string
  readonly align?: 'left' | 'right'
  /** Cut in its middle when the table is too wide; such cells must be plain text. */
  readonly shrink?: boolean
}

const GAP = '  '
/** A shrunk column keeps at least this many columns. */
const NARROWEST = 12

/**
 * A table without lines, sized to its content. On a terminal that is too narrow the columns marked `shrink` are cut;
 * when that is not enough, every row becomes a block of `title  value` lines.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const natural = columns.map((column, at) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[at] ?? ''))),
  )
  const widths = widthsFor(columns, natural, screen.width)
  if (widths === undefined) return blocks(columns, rows, screen)
  const line = (cells: readonly string[], style: (text: string) => string): string =>
    columns
      .map((column, at) => {
        const width = widths[at] ?? 0
        const text = cells[at] ?? ''
        const cell = column.shrink ? shorten(text, width) : text
        return pad(style(cell), at === columns.length - 1 && column.align !== 'right' ? 0 : width, column.align)
      })
      .join(GAP)
      .trimEnd()
  const plain = (text: string) => text
  return [
    line(
      columns.map((column) => column.title),
      screen.palette.bold,
    ),
    ...rows.map((row) => line(row, plain)),
  ].join('\n')
}

/** Widths that fit, or undefined when there are none. */
function widthsFor(columns: readonly Column[], natural: readonly number[], available: number): number[] | undefined {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1) - available
  while (excess > 0) {
    let widest = -1
    for (const [at, column] of columns.entries()) {
      if (column.shrink && (widths[at] ?? 0) > NARROWEST && (widths[at] ?? 0) > (widths[widest] ?? 0)) widest = at
    }
    if (widest < 0) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function blocks(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const labels = columns.map(({ title, label = title }) => label)
  const titleWidth = Math.max(...labels.map(textWidth))
  const block = (row: readonly string[]) =>
    columns
      .map((_, at) => `${screen.palette.bold(pad(labels[at]!, titleWidth))}${GAP}${row[at] ?? ''}`.trimEnd())
      .join('\n')
  return rows.map(block).join('\n\n')
}
