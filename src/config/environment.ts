export type Environment = Readonly<Record<string, string | undefined>>

export interface Expansion {
  readonly text: string
  /** Some of the text came from a variable. */
  readonly expanded: boolean
  /** What variables held. */
  readonly values: readonly string[]
  /** Variables that are not set, or empty, and have no default. */
  readonly missing: readonly string[]
  /** `${` that does not begin a reference. */
  readonly malformed: boolean
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g

/** Behind what a variable holds: files that secrets come from end with one. */
const LINE_ENDS = /[\r\n]+$/

/**
 * Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`. As in a shell's `:-`, an empty variable
 * counts as not set. What a variable holds is not expanded again; line ends behind it are left out, as in a shell's
 * `$(...)`.
 */
export function expand(text: string, env: Environment): Expansion {
  if (!text.includes('${')) return { text, expanded: false, values: [], missing: [], malformed: false }
  const missing: string[] = []
  const values: string[] = []
  let expanded = false
  let malformed = false
  const result = text.replace(REFERENCE, (match, name: string | undefined, fallback: string | undefined) => {
    if (match === '$${') return '${'
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
  return { text: result, expanded, values, missing, malformed }
}
