import type { JsonObject, Quirks } from '../../plugins/api.ts'
import { ToolIds } from './tool-ids.ts'
import { ToolNames } from './tool-names.ts'

/** What one application of quirks to one body knows. Most bodies name no tool: what is kept of them is made late. */
export class QuirkContext {
  readonly quirks: Quirks
  readonly messageKeys: ReadonlySet<string> | undefined
  readonly drop: ReadonlySet<string> | undefined
  readonly #body: JsonObject
  #ids: ToolIds | undefined
  #names: ToolNames | undefined

  constructor(quirks: Quirks, body: JsonObject) {
    const { messageKeys, drop } = setsOf(quirks)
    this.quirks = quirks
    this.messageKeys = messageKeys
    this.drop = drop
    this.#body = body
  }

  get ids(): ToolIds | undefined {
    const { toolIds } = this.quirks
    if (toolIds) this.#ids ??= new ToolIds(toolIds)
    return this.#ids
  }

  get names(): ToolNames | undefined {
    const { toolNames } = this.quirks
    if (toolNames) this.#names ??= new ToolNames(toolNames, this.#body)
    return this.#names
  }

  /** See `ToolNames.changed`. */
  get changed(): ReadonlyMap<string, string> | undefined {
    return this.#names?.changed
  }
}

type Sets = Pick<QuirkContext, 'messageKeys' | 'drop'>

const SETS = new WeakMap<Quirks, Sets>()

/** Of an adapter's constant, made once. */
function setsOf(quirks: Quirks): Sets {
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
