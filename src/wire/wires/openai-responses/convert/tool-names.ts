/**
 * The tools of a Responses request under the names by which the hub knows them: a namespace's tool goes by
 * `<namespace>__<name>`, a custom tool is a function with one text.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { objects } from '../../../read/meter.ts'
import { qualifiedName } from '../../../tool-calls/offered.ts'
import { stringOf } from '../../../untyped.ts'

export interface KnownTool {
  readonly tool: JsonObject
  readonly name: string
  readonly namespace?: string
  /** Its input is free text. */
  readonly custom: boolean
}

export type ToolTable = ReadonlyMap<string, KnownTool>

/** The only argument of a custom tool's function. */
export const CUSTOM_INPUT = 'input'

/** All tools that a request offers: its own, and those that items of its input add. */
export function offeredTools(body: JsonObject): readonly JsonObject[] {
  const own = objects(body.tools)
  if (!Array.isArray(body.input)) return own
  let all: JsonObject[] | undefined
  for (const item of objects(body.input)) {
    if (item.type !== 'additional_tools' && item.type !== 'tool_search_output') continue
    all ??= [...own]
    all.push(...objects(item.tools))
  }
  return all ?? own
}

/** By the hub's name; what has no form there is left out. Of two with one name the later one counts. */
export function toolTable(body: JsonObject): ToolTable {
  const table = new Map<string, KnownTool>()
  const add = (tool: JsonObject, namespace?: string): void => {
    const custom = tool.type === 'custom'
    const name = stringOf(tool.name)
    if ((!custom && tool.type !== 'function') || name === '') return
    table.set(qualifiedName(name, namespace), { tool, name, custom, ...(namespace !== undefined && { namespace }) })
  }
  for (const tool of offeredTools(body)) {
    if (tool.type === 'namespace') for (const inner of objects(tool.tools)) add(inner, stringOf(tool.name))
    else add(tool)
  }
  return table
}
