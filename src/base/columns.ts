/**
 * Lists of objects that look alike as columns, for messages between processes: V8 serializes a list of objects one by
 * one, each with all of its keys, and columns at a fraction of that. `[{ a: 1, b: 'x' }, { a: 2, b: 'x' }]` is keys `a`
 * and `b`, numbers 1 and 2, and the text `x` twice.
 */

/** A list whose values look more various than this is left as it is. */
const MAX_GROUPS = 64

/** What `toColumns` gives: plain values, arrays and typed arrays, for V8's serialization. */
export type Columns =
  | { readonly of: 'numbers'; readonly values: Float64Array }
  /** Each different text once. */
  | { readonly of: 'texts'; readonly texts: readonly string[]; readonly at: Uint32Array }
  | {
      readonly of: 'objects'
      readonly count: number
      readonly keys: readonly string[]
      readonly columns: readonly Columns[]
    }
  | { readonly of: 'lists'; readonly lengths: Uint32Array; readonly items: Columns }
  /** Values that do not look alike: `at` says where those of each group belong. */
  | { readonly of: 'groups'; readonly groups: readonly { readonly at: Uint32Array; readonly values: Columns }[] }
  | { readonly of: 'values'; readonly values: readonly unknown[] }

/** What values of one column have in common: a kind, or the keys of objects. */
type Look = 'number' | 'text' | 'list' | 'value' | readonly string[]

interface Group {
  readonly look: Look
  readonly at: number[]
}

/** A list as columns. `fromColumns` gives it again: same values, in the same order. */
export function toColumns(values: readonly unknown[]): Columns {
  const groups = groupsOf(values)
  if (groups === undefined || groups.length === 0) return { of: 'values', values }
  if (groups.length === 1) return alike(groups[0]!.look, values)
  return {
    of: 'groups',
    groups: groups.map(({ look, at }) => {
      const items = at.map((i) => values[i])
      return { at: Uint32Array.from(at), values: alike(look, items) }
    }),
  }
}

/** By their look; undefined where so many differ that columns are of no use. */
function groupsOf(values: readonly unknown[]): Group[] | undefined {
  const groups: Group[] = []
  let group: Group | undefined
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    // Neighbours are alike, mostly.
    if (group === undefined || !hasLook(value, group.look)) group = groups.find(({ look }) => hasLook(value, look))
    if (group === undefined) {
      if (groups.length === MAX_GROUPS) return undefined
      group = { look: lookOf(value), at: [] }
      groups.push(group)
    }
    group.at.push(i)
  }
  return groups
}

/** The list that `toColumns` was given. */
export function fromColumns(column: Columns): unknown[] {
  switch (column.of) {
    case 'numbers':
      return [...column.values]
    case 'texts':
      return Array.from(column.at, (i) => column.texts[i])
    case 'objects':
      return objectsOf(column.count, column.keys, column.columns.map(fromColumns))
    case 'lists': {
      const items = fromColumns(column.items)
      let to = 0
      return Array.from(column.lengths, (length) => {
        to += length
        return items.slice(to - length, to)
      })
    }
    case 'groups': {
      const values: unknown[] = Array.from({ length: column.groups.reduce((sum, { at }) => sum + at.length, 0) })
      for (const { at, values: group } of column.groups) {
        const items = fromColumns(group)
        for (let i = 0; i < at.length; i++) values[at[i]!] = items[i]
      }
      return values
    }
    case 'values':
      return [...column.values]
  }
}

function alike(look: Look, values: readonly unknown[]): Columns {
  if (look === 'number') return { of: 'numbers', values: Float64Array.from(values as number[]) }
  if (look === 'text') return texts(values as string[])
  if (look === 'value') return { of: 'values', values }
  if (look === 'list') {
    const lists = values as unknown[][]
    return { of: 'lists', lengths: Uint32Array.from(lists, ({ length }) => length), items: toColumns(lists.flat()) }
  }
  const objects = values as Record<string, unknown>[]
  const columns = look.map((key) => toColumns(objects.map((object) => object[key])))
  return { of: 'objects', count: objects.length, keys: look, columns }
}

function texts(values: readonly string[]): Columns {
  const places = new Map<string, number>()
  const at = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const text = values[i]!
    let place = places.get(text)
    if (place === undefined) {
      place = places.size
      places.set(text, place)
    }
    at[i] = place
  }
  return { of: 'texts', texts: [...places.keys()], at }
}

function lookOf(value: unknown): Look {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return 'list'
  if (!isPlain(value)) return 'value'
  const keys = Object.keys(value)
  return keys.includes('__proto__') ? 'value' : keys
}

function hasLook(value: unknown, look: Look): boolean {
  if (typeof look === 'string') return lookOf(value) === look
  if (!isPlain(value)) return false
  let at = 0
  for (const key in value) if (key !== look[at++]) return false
  return at === look.length
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function objectsOf(count: number, keys: readonly string[], columns: readonly (readonly unknown[])[]) {
  return Array.from({ length: count }, (_, at) => {
    const object: Record<string, unknown> = {}
    for (let i = 0; i < keys.length; i++) object[keys[i]!] = columns[i]![at]
    return object
  })
}
