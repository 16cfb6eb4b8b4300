import { LineCounter, type ParsedNode, parseDocument } from 'yaml'
import type { Environment, OutsideValues } from './environment.ts'
import { Places } from './places.ts'
import { TreeReader } from './tree.ts'
import type { Problem } from './types.ts'
import { explain, firstErrors } from './yaml-errors.ts'

interface MissingVariable {
  readonly pointer: string
  readonly name: string
}

/** A config file as plain values, with the place of each. */
export interface Source {
  /** Plain JSON values; undefined when the file is not YAML or not a mapping. */
  readonly root: Record<string, unknown> | undefined
  readonly places: Places
  readonly problems: Problem[]
  readonly missing: readonly MissingVariable[]
  /** Values that could not be read or lack a variable; nothing more is to be said of them. */
  readonly broken: ReadonlySet<string>
}

/**
 * Reads YAML 1.2 with anchors, aliases and merge keys, and expands `${NAME}` in string values. Never throws on any
 * text.
 */
export function readSource(text: string, file: string | undefined, env: Environment, outside: OutsideValues): Source {
  const lines = new LineCounter()
  const places = new Places(file)
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return places.at(Math.max(1, line), Math.max(1, col))
  }
  const failed = (problems: Problem[]): Source => ({
    root: undefined,
    places,
    problems,
    missing: [],
    broken: new Set(),
  })

  // Duplicate keys are found while walking: the parser's own check takes quadratic time.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, merge: true, prettyErrors: false })
  const lineOf = (error: { pos: [number, number] }) => lines.linePos(error.pos[0]).line
  const errors = firstErrors([...document.errors, ...document.warnings], lineOf)
  if (errors.length > 0)
    return failed(errors.map((error) => ({ ...placeAt(error.pos[0]), path: '', ...explain(error) })))

  const contents = document.contents as ParsedNode | null
  const reader = new TreeReader(document, places, placeAt, env, outside)
  const root = contents === null ? null : reader.read(contents)
  if (reader.tooLarge) return failed([reader.tooLarge])
  if (root === null || root === undefined || typeof root !== 'object' || Array.isArray(root)) {
    if (reader.problems.length > 0) return failed(reader.problems)
    const message = root === null ? 'The file is empty.' : 'The file must be a mapping of keys to values.'
    return failed([
      {
        ...places.at(1, 1),
        path: '',
        message,
        hint: 'A working file begins with "providers:"; see config.example.yaml.',
      },
    ])
  }
  return {
    root: withoutEmptySections(root as Record<string, unknown>),
    places,
    problems: reader.problems,
    missing: reader.missing,
    broken: reader.broken,
  }
}

/** `auth:` with nothing below is the section left out, and `sandbox:` below `providers` a provider without options. */
function withoutEmptySections(root: Record<string, unknown>): Record<string, unknown> {
  const sections = Object.entries(root).filter(([, value]) => value !== null)
  return Object.fromEntries(
    sections.map(([name, value]) =>
      name === 'providers' && typeof value === 'object' && !Array.isArray(value)
        ? [name, Object.fromEntries(Object.entries(value as object).map(([id, options]) => [id, options ?? {}]))]
        : [name, value],
    ),
  )
}
