import type { Problem } from './types.ts'

/** `file:line:column  path  message (got value) hint`, one line a problem. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n')
}

function formatProblem({ file, line, column, path, message, value, hint }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const text = value === undefined ? message : `${message.replace(/\.$/, '')} (got ${value}).`
  return [place, path, hint === undefined ? text : `${text.replace(/[.]?$/, '.')} ${hint}`]
    .filter((part) => part !== '')
    .join('  ')
}

/** `1 problem`, `3 warnings`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
