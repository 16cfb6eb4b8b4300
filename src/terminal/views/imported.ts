import { plural, printable } from '../../base/format/text.ts'
import { formatProblems } from '../../config/format.ts'
import type { Problem } from '../../config/types.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

export interface ImportView {
  readonly lines: readonly {
    readonly line: number
    readonly path: string
    readonly outcome: 'carried' | 'changed' | 'needless' | 'left out'
    readonly note: string
  }[]
  readonly variables: readonly string[]
  readonly problems: readonly Problem[]
}

/** What became of each line of the imported file, and what is still to be done. */
export function importView({ lines, variables, problems }: ImportView, screen: Screen): string {
  const { green, yellow, dim } = screen.palette
  const styles = { carried: green, changed: yellow, needless: dim, 'left out': yellow }
  const rows = lines.map(({ line, path, outcome, note }) => [
    String(line),
    printable(path),
    styles[outcome](outcome),
    printable(note),
  ])
  const columns = [
    { title: 'line', align: 'right' } as const,
    { title: 'what', shrink: true },
    { title: '' },
    { title: '' },
  ]
  const many = (outcome: string) => `${lines.filter((line) => line.outcome === outcome).length} ${outcome}`
  return [
    table(columns, rows, screen),
    '',
    `${plural(lines.length, 'line')}: ${['carried', 'changed', 'needless', 'left out'].map(many).join(', ')}.`,
    ...(variables.length > 0 ? [`It takes from the environment: ${variables.join(', ')}.`] : []),
    ...(problems.length > 0 ? ['', 'To be mended by hand:', formatProblems(problems)] : []),
  ].join('\n')
}
