/** Lists of objects that look alike as columns, which cost a fraction to serialize between processes. */

/** A list whose values look more various than this is left as it is. */
const MAX_GROUPS = 64

/** What `packed` gives: plain values, arrays and typed arrays, for V8's serialization. */
export type Packed =
  | { readonly of: 'numbers'; readonly values: Float64Array }
  /** Each different text once. */
  | { readonly of: 'texts'; readonly texts: readonly string[]; readonly at: Uint32Array }
  | {
      readonly of: 'objects'
      readonly count: number
      readonly keys: readonly string[]
      readonly columns: readonly Packed[]
    }
  | { readonly of: 'lists'; readonly lengths: Uint32Array; readonly items: Packed }
  /** Values that do not look alike: `at` says where those of each group belong. */
  | { readonly of: 'groups'; readonly groups: readonly { readonly at: Uint32Array; readonly values: Packed }[] }
  | { readonly of: 'values'; readonly values: readonly unknown[] }

/** What values of one column have in common: a kind, or the keys of objects. */
type Look = 'number' | 'text' | 'list' | 'value' | readonly string[]

interface Group {
  readonly look: Look
  readonly at: number[]
}

/** A list as columns. `unpacked` gives it again: same values, in the same order. */
export function packed(values: readonly unknown[]): Packed {
  const groups: Group[] = []
  let group: Group | undefined
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    // Neighbours are alike, mostly.
    if (group === undefined || !hasLook(value, group.look)) {
      group = groups.find(({ look }) => hasLook(value, look))
      if (group === undefined) {
        // So many looks are no columns any more.
        if (groups.length === MAX_GROUPS) return { of: 'values', values }
        group = { look: lookOf(value), at: [] }
        groups.push(group)
      }
    }
    group.at.push(i)
  }
  if (groups.length === 0) return { of: 'values', values: [] }
  if (groups.length === 1) return alike(group!.look, values)
  return {
    of: 'groups',
    groups: groups.map(({ look, at }) => {
      const items = at.map((i) => values[i])
      return { at: Uint32Array.from(at), values: alike(look, items) }
    }),
  }
}

/** The list that `packed` was given. */
export function unpacked(column: Packed): unknown[] {
  switch (column.of) {
    case 'numbers':
      return [...column.values]
    case 'texts':
      return Array.from(column.at, (i) => column.texts[i])
    case 'objects':
      return objectsOf(column.count, column.keys, column.columns.map(unpacked))
    case 'lists': {
      const items = unpacked(column.items)
      let to = 0
      return Array.from(column.lengths, (length) => {
        to += length
        return items.slice(to - length, to)
      })
    }
    case 'groups': {
      const values: unknown[] = Array.from({ length: column.groups.reduce((sum, { at }) => sum + at.length, 0) })
      for (const { at, values: group } of column.groups) {
        const items = unpacked(group)
        for (let i = 0; i < at.length; i++) values[at[i]!] = items[i]
      }
      return values
    }
    case 'values':
      return [...column.values]
  }
}

function alike(look: Look, values: readonly unknown[]): Packed {
  if (look === 'number') return { of: 'numbers', values: Float64Array.from(values as number[]) }
  if (look === 'text') return texts(values as string[])
  if (look === 'value') return { of: 'values', values }
  if (look === 'list') {
    const lists = values as unknown[][]
    return { of: 'lists', lengths: Uint32Array.from(lists, ({ length }) => length), items: packed(lists.flat()) }
  }
  const objects = values as Record<string, unknown>[]
  const columns = look.map((key) => packed(objects.map((object) => object[key])))
  return { of: 'objects', count: objects.length, keys: look, columns }
}

function texts(values: readonly string[]): Packed {
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
