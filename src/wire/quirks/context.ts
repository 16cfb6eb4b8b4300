import type { JsonObject, Quirks } from '../../plugins/api.ts'
import { ToolIds } from './tool-ids.ts'
import { ToolNames } from './tool-names.ts'

/** What one application of quirks to one body knows. */
export interface QuirkContext {
  readonly quirks: Quirks
  readonly messageKeys: ReadonlySet<string> | undefined
  readonly drop: ReadonlySet<string> | undefined
  readonly ids: ToolIds | undefined
  readonly names: ToolNames | undefined
}

export function contextOf(quirks: Quirks, body: JsonObject): QuirkContext {
  const { messageKeys, drop } = setsOf(quirks)
  const ids = quirks.toolIds && new ToolIds(quirks.toolIds)
  const names = quirks.toolNames && new ToolNames(quirks.toolNames, body)
  return { quirks, messageKeys, drop, ids, names }
}

const SETS = new WeakMap<Quirks, Pick<QuirkContext, 'messageKeys' | 'drop'>>()

/** Of an adapter's constant, made once. */
function setsOf(quirks: Quirks): Pick<QuirkContext, 'messageKeys' | 'drop'> {
  let sets = SETS.get(quirks)
  if (!sets) {
    sets = {
      messageKeys: quirks.messageKeys && new Set(quirks.messageKeys),
      drop: quirks.dropEverywhere && new Set(quirks.dropEverywhere),
    }
    SETS.set(quirks, sets)
  }
  return sets
}
