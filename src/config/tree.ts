import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { type Environment, expand, type OutsideValues } from './environment.ts'
import type { Places } from './places.ts'
import { child, dotted } from './pointer.ts'
import type { Place, Problem } from './types.ts'

type Entries = Map<string, { key: Node; value: Node | null }>

const MAX_DEPTH = 64
const MAX_PROBLEMS = 200
/** After aliases are expanded: nine lines of aliases can stand for billions of nodes. */
const MAX_NODES = 100_000

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is meant
const LONE_REFERENCE = 'There is a "${" that does not begin ${NAME} or ${NAME:-default}.'

/** Turns YAML nodes into plain values and notes the place of each. */
export class TreeReader {
  readonly problems: Problem[] = []
  readonly missing: { pointer: string; name: string }[] = []
  readonly broken = new Set<string>()
  /** The one problem that makes all others meaningless. */
  tooLarge: Problem | undefined
  readonly #places: Places
  readonly #placeAt: (offset: number) => Place
  readonly #env: Environment
  readonly #outside: OutsideValues
  readonly #anchors = new Map<string, Node[]>()
  readonly #open = new Set<Node>()
  #nodes = 0

  constructor(
    document: Document,
    places: Places,
    placeAt: (offset: number) => Place,
    env: Environment,
    outside: OutsideValues,
  ) {
    this.#outside = outside
    this.#places = places
    this.#placeAt = placeAt
    this.#env = env
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node) || !node.anchor) return
        const known = this.#anchors.get(node.anchor)
        if (known === undefined) this.#anchors.set(node.anchor, [node])
        else known.push(node)
      },
    })
  }

  read(root: Node): unknown {
    return this.#value(root, '', undefined, 0)
  }

  #value(written: Node | null, pointer: string, key: Place | undefined, depth: number): unknown {
    const node = isAlias(written) ? this.#target(written, pointer) : written
    const value = node === null || node === undefined ? (key ?? this.#placeAt(0)) : this.#placeOf(node)
    if (!this.#afford(1, pointer, value)) return null
    if (depth > MAX_DEPTH) return this.#refuse(pointer, value, `The file is nested more than ${MAX_DEPTH} levels deep.`)
    const spot = { ...(key && { key }), value, collection: isMap(node) || isSeq(node), fromEnv: false }
    this.#places.set(pointer, spot)
    if (node === null || node === undefined) return null
    if (isScalar(node))
      return this.#scalar(node, pointer, (fromEnv, values) => this.#places.set(pointer, { ...spot, fromEnv, values }))
    this.#open.add(node)
    const result = isMap(node)
      ? this.#mapping(node, pointer, depth)
      : isSeq(node)
        ? node.items.map((item, index) => this.#value(item as Node | null, child(pointer, index), undefined, depth + 1))
        : this.#refuse(pointer, value, 'This kind of YAML value has no meaning here.')
    this.#open.delete(node)
    return result
  }

  #scalar(node: Scalar, pointer: string, mark: (fromEnv: boolean, values: readonly string[]) => void): unknown {
    if (typeof node.value === 'string') {
      const { text, expanded, values, missing, failed, malformed } = expand(node.value, this.#env, this.#outside)
      mark(expanded, values)
      for (const name of missing) {
        this.broken.add(pointer)
        this.missing.push({ pointer, name })
      }
      if (failed[0] !== undefined) return this.#refuse(pointer, this.#placeOf(node), failed[0])
      if (!malformed) return text
      return this.#refuse(pointer, this.#placeOf(node), LONE_REFERENCE, 'Write $${ for a literal ${.')
    }
    if (node.value === null || typeof node.value === 'number' || typeof node.value === 'boolean') return node.value
    return this.#refuse(
      pointer,
      this.#placeOf(node),
      'This kind of YAML value has no meaning here.',
      'Put it in quotes.',
    )
  }

  #mapping(map: YAMLMap, pointer: string, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (const [name, { key, value }] of this.#entries(map, pointer)) {
      result[name] = this.#value(value, child(pointer, name), this.#placeOf(key), depth + 1)
    }
    return result
  }

  /** Keys in order; what `<<` merges in comes after, and never overrides (https://yaml.org/type/merge.html). */
  #entries(map: YAMLMap, pointer: string): Entries {
    const entries: Entries = new Map()
    const merges: YAMLMap[] = []
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      if (isMergeKey(key)) merges.push(...this.#merged(value, key, pointer))
      else this.#add(entries, key, value, pointer)
    }
    for (const source of merges) {
      if (!this.#afford(source.items.length + 1, pointer, this.#placeOf(source))) break
      this.#open.add(source)
      for (const [name, entry] of this.#entries(source, pointer)) if (!entries.has(name)) entries.set(name, entry)
      this.#open.delete(source)
    }
    return entries
  }

  #add(entries: Entries, key: Node, value: Node | null, pointer: string): void {
    const name = isScalar(key) && key.value !== null ? (key.source ?? String(key.value)) : undefined
    const place = key ? this.#placeOf(key) : this.#places.of(pointer)
    if (name === undefined || name === '__proto__') {
      this.#refuse(pointer, place, name ? 'This key is not allowed.' : 'A key must be a plain text.')
    } else if (entries.has(name)) {
      const first = this.#placeOf(entries.get(name)!.key)
      this.#complain(child(pointer, name), place, `The key is given twice; first on line ${first.line}.`)
    } else entries.set(name, { key, value })
  }

  #merged(value: Node | null, key: Node, pointer: string, inList = false): YAMLMap[] {
    const node = isAlias(value) ? this.#target(value, pointer) : value
    if (isMap(node)) return [node]
    if (isSeq(node) && !inList) return node.items.flatMap((item) => this.#merged(item as Node, key, pointer, true))
    if (node !== undefined) this.#refuse(pointer, this.#placeOf(key), 'Only mappings can be merged with "<<".')
    return []
  }

  /** The last node before the alias that carries its anchor. */
  #target(alias: Alias, pointer: string): Node | undefined {
    const offset = alias.range?.[0] ?? 0
    const target = this.#anchors.get(alias.source)?.findLast((node) => (node.range?.[0] ?? 0) < offset)
    if (target !== undefined && !this.#open.has(target)) return target
    const reason = target === undefined ? 'has no anchor above it' : 'stands inside what it refers to'
    this.#refuse(pointer, this.#placeOf(alias), `The alias *${alias.source} ${reason}.`)
    return undefined
  }

  /** False, with one problem, once the file turns out too large. */
  #afford(nodes: number, pointer: string, place: Place): boolean {
    const within = this.#nodes <= MAX_NODES
    this.#nodes += nodes
    if (within && this.#nodes > MAX_NODES) {
      const message = `The file has more than ${MAX_NODES.toLocaleString('en')} values${this.#anchors.size > 0 ? ' once its aliases are expanded' : ''}.`
      this.tooLarge = { ...place, path: dotted(pointer), message }
    }
    return this.#nodes <= MAX_NODES
  }

  #placeOf(node: Node): Place {
    return this.#placeAt(node.range?.[0] ?? 0)
  }

  /** A problem after which the value is not looked at again. */
  #refuse(pointer: string, place: Place, message: string, hint?: string): null {
    this.broken.add(pointer)
    this.#complain(pointer, place, message, hint)
    return null
  }

  #complain(pointer: string, place: Place, message: string, hint?: string): void {
    if (this.problems.length < MAX_PROBLEMS)
      this.problems.push({ ...place, path: dotted(pointer), message, ...(hint && { hint }) })
  }
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === Scalar.PLAIN))
}
