import { reasonOf } from '../base/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What stands behind `${file:PATH}` and `${exec:COMMAND}`; throws when there is nothing. */
export type OutsideValues = (kind: 'file' | 'exec', name: string) => string

export interface Expansion {
  readonly text: string
  /** Some of the text came from a variable. */
  readonly expanded: boolean
  /** What variables held. */
  readonly values: readonly string[]
  /** Variables that are not set, or empty, and have no default. */
  readonly missing: readonly string[]
  /** Files that could not be read and commands that failed, in words. */
  readonly failed: readonly string[]
  /** `${` that does not begin a reference. */
  readonly malformed: boolean
}

/** Where nothing but the environment is asked. */
const NOTHING_OUTSIDE: OutsideValues = () => ''

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{(file|exec):([^}]+)\}|\$\{/g

/** Behind what a variable holds: files that secrets come from end with one. */
const LINE_ENDS = /[\r\n]+$/

/**
 * Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`. As in a shell's `:-`, an empty variable
 * counts as not set. What a variable holds is not expanded again; line ends behind it are left out, as in a shell's
 * `$(...)`. `${file:PATH}` is what a file holds, `${exec:COMMAND}` what a command prints.
 */
export function expand(text: string, env: Environment, outside: OutsideValues = NOTHING_OUTSIDE): Expansion {
  if (!text.includes('${')) return { text, expanded: false, values: [], missing: [], failed: [], malformed: false }
  const failed: string[] = []
  const missing: string[] = []
  const values: string[] = []
  let expanded = false
  let malformed = false
  const result = text.replace(REFERENCE, (match, name?: string, fallback?: string, kind?: string, from?: string) => {
    if (match === '$${') return '${'
    if (kind !== undefined) {
      expanded = true
      try {
        const held = outside(kind as 'file' | 'exec', from!).replace(LINE_ENDS, '')
        if (held !== '') values.push(held)
        return held
      } catch (error) {
        failed.push(reasonOf(error))
        return match
      }
    }
    if (name === undefined) {
      malformed = true
      return match
    }
    expanded = true
    // An environment is an object, with what objects inherit.
    const held = Object.hasOwn(env, name) ? env[name]?.replace(LINE_ENDS, '') : undefined
    if (held) values.push(held)
    const value = held || fallback
    if (value === undefined) missing.push(name)
    return value ?? match
  })
  return { text: result, expanded, values, missing, failed, malformed }
}
