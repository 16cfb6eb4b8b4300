import { plural, printable } from '../../base/format/text.ts'
import { formatProblems } from '../../config/format.ts'
import type { Problem } from '../../config/types.ts'
import type { Screen } from '../colour.ts'

/** What `router check` found; also its `--json`. */
export interface CheckReport {
  readonly valid: boolean
  /** The config file; absent when there is none. */
  readonly file?: string
  /** What a start without a file found. */
  readonly found?: readonly string[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** What is not known, and what follows from that. */
  readonly notes: readonly string[]
  readonly providers?: number
  readonly models?: number
  readonly endpoints?: number
  /** Models that the catalogue knows of the providers, offered beside those of the file. */
  readonly known?: number
}

/** Problems and warnings one a line as `file:line:column`, then the verdict. */
export function checkView(report: CheckReport, { palette }: Screen): string {
  const { problems, warnings, notes, providers = 0, models = 0, endpoints = 0, known = 0 } = report
  const lines: string[] = []
  if (warnings.length > 0) lines.push(palette.yellow(plural(warnings.length, 'warning')), formatProblems(warnings), '')
  if (problems.length > 0) lines.push(palette.red(plural(problems.length, 'problem')), formatProblems(problems))
  else {
    if (notes.length > 0) lines.push(...notes.map((note) => palette.dim(printable(note))), '')
    if (report.found) lines.push(`There is no config file; a start would use ${report.found.join(', ')}.`)
    lines.push(
      `${palette.green('ok')}: ${plural(providers, 'provider')}, ${plural(models, 'model')}, ${plural(endpoints, 'endpoint')}${known > 0 ? `, and ${plural(known, 'model')} known of the providers` : ''}`,
    )
  }
  return lines.join('\n')
}
