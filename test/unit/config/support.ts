import { type CheckResult, checkText } from '../../../src/config/load.ts'
import type { Problem } from '../../../src/config/types.ts'

/** A file that is right, to be added to. */
export const MINIMAL = 'providers:\n  sandbox: {}\n'

/** Checks a text as if it were config.yaml. */
export function check(text: string, env: Readonly<Record<string, string>> = {}): CheckResult {
  return checkText(text, { path: '/etc/router/config.yaml', shown: 'config.yaml', directory: '/etc/router' }, env)
}

/** `line:column path: message`, the shape that most tests compare. */
const brief = (problems: readonly Problem[]): string[] =>
  problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)

export const problemsOf = (text: string, env?: Readonly<Record<string, string>>): string[] =>
  brief(check(text, env).problems)

export const warningsOf = (text: string, env?: Readonly<Record<string, string>>): string[] =>
  brief(check(text, env).warnings)
