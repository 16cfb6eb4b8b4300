import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { RouterError } from '../../../base/errors.ts'
import { isMapping, type Mapping } from '../../../config/view.ts'

/** What became of one line of the file. */
export interface ImportedLine {
  readonly line: number
  /** Dotted path, `model_list[0].litellm_params.model`. */
  readonly path: string
  /** `changed`: carried over with another meaning, or another way; `needless`: what it asks for happens anyway. */
  readonly outcome: 'carried' | 'changed' | 'needless' | 'left out'
  /** What it has become, or why it was left out. */
  readonly note: string
}

type Path = readonly (string | number)[]

/** A config.yaml of LiteLLM with the line of each value, and what became of it. */
export class LiteLlmFile {
  /** Its texts are ours already: what is no reference there is none here, so that no text of it runs a command. */
  readonly root: Mapping
  readonly #lines = new Map<string, number>()
  readonly #leaves: string[] = []
  readonly #notes = new Map<string, Pick<ImportedLine, 'outcome' | 'note'>>()

  /** @throws ROUTER_IMPORT_FAILED when it is no YAML, or no mapping */
  constructor(text: string) {
    const lines = new LineCounter()
    const document = parseDocument(lenient(text), { lineCounter: lines, merge: true })
    const [error] = document.errors
    if (error)
      throw new RouterError('ROUTER_IMPORT_FAILED', {
        reason: `line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n', 1)[0]!.replace(/ at line.*$/, '')}`,
      })
    const root: unknown = document.toJS({ maxAliasCount: 100 })
    if (!isMapping(root)) throw new RouterError('ROUTER_IMPORT_FAILED', { reason: 'it is not a mapping' })
    this.root = references(root) as Mapping
    this.#walk(document.contents as Node | null, [], (offset) => lines.linePos(offset).line)
  }

  /** What became of a value, and of all in it that has no note of its own. */
  note(path: Path, outcome: ImportedLine['outcome'], note: string): void {
    this.#notes.set(dotted(path), { outcome, note })
  }

  /** Every value of the file, in order. What nobody looked at is left out. */
  report(): ImportedLine[] {
    return this.#leaves
      .map((path) => ({
        line: this.#lines.get(path)!,
        path,
        ...(this.#noteOf(path) ?? { outcome: 'left out' as const, note: 'the router has no such option' }),
      }))
      .sort((a, b) => a.line - b.line)
  }

  #noteOf(path: string) {
    for (let at = path; at !== ''; at = at.replace(/(?:^|\.)[^.[]*$|\[\d+\]$/, '')) {
      const found = this.#notes.get(at)
      if (found) return found
    }
    return undefined
  }

  #walk(node: Node | null, path: Path, lineOf: (offset: number) => number): void {
    if (isMap(node) && node.items.length > 0) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '?'
        this.#lines.set(dotted([...path, name]), lineOf((key as Node).range?.[0] ?? 0))
        this.#walk(value as Node | null, [...path, name], lineOf)
      }
    } else if (isSeq(node) && node.items.length > 0) {
      node.items.forEach((item, index) => {
        this.#lines.set(dotted([...path, index]), lineOf((item as Node).range?.[0] ?? 0))
        this.#walk(item as Node, [...path, index], lineOf)
      })
    } else if (path.length > 0) this.#leaves.push(dotted(path))
  }
}

const dotted = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )

/** Published examples have tabs, and `fallbacks=[...]` where `fallbacks: [...]` is meant. */
const lenient = (text: string): string =>
  text
    .replace(/^[ \t]+/gm, (indent) => indent.replaceAll('\t', '  '))
    .replace(/^(\s*(?:- )?[a-z_]+)\s*=\s*(?=[[{])/gm, '$1: ')

/** LiteLLM's `os.environ/NAME` as ours, and what is ours by accident as a plain text. */
function reference(value: string): string {
  const [, name] = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(value) ?? []
  return name === undefined ? value.replaceAll('${', () => '$${') : `\${${name}}`
}

/** The same in all texts of a value. */
function references(value: unknown): unknown {
  if (typeof value === 'string') return reference(value)
  if (Array.isArray(value)) return value.map(references)
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, references(inner)]))
}
