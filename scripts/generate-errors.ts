/** Makes docs/errors.md from the table of errors: npm run docs. */
import { ERRORS } from '../src/base/error-table.ts'

const INTRO = `<!-- Generated from src/base/error-tables/ by scripts/generate-errors.ts. Do not edit. -->

# Errors

Every error of the router has a code. Over HTTP it stands in \`router_code\`, with its canonical \`error_type\` beside
it, in the client's own dialect ([API](api.md#errors)); a command prints it and ends with the exit code. What stands in
\`{braces}\` is filled in.
`

/** By what the exit code says. */
const SECTIONS: readonly (readonly [exit: number, title: string, about: string])[] = [
  [1, 'Requests', 'Answers to clients. As the end of a command, exit code 1 is a defect.'],
  [2, 'Usage', 'Exit code 2: a flag, an argument, or something that is not there under that name.'],
  [3, 'Configuration', 'Exit code 3.'],
  [4, 'Plugins', 'Exit code 4.'],
  [5, 'State on disk', 'Exit code 5: locked, unwritable, unreadable.'],
  [6, 'Network and servers', 'Exit code 6.'],
]

/** The text of docs/errors.md. */
export function errorReference(): string {
  return `${INTRO}${SECTIONS.map(([exit, title, about]) => `\n## ${title}\n\n${about}\n\n${table(exit)}\n`).join('')}`
}

function table(exit: number): string {
  const rows = Object.entries(ERRORS).filter(([, error]) => error.exit === exit)
  const lines = rows.map(
    ([code, { status, type, text }]) => `| \`${code}\` | ${status} | \`${type}\` | ${cell(text)} |`,
  )
  return ['| code | HTTP status | `error_type` | text |', '|---|---|---|---|', ...lines].join('\n')
}

/** In a table of Markdown, on one line. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
