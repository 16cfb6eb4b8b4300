/** Function tools and `tool_choice` of the hub as Anthropic's. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { cacheOf } from './content-from-hub.ts'
import type { Traits } from './models.ts'
import { schemaFromHub } from './schema.ts'

export interface Tools {
  readonly tools?: readonly JsonObject[]
  readonly tool_choice?: JsonObject
}

export function toolsFromHub(body: JsonObject, traits: Traits): Tools {
  if (body.functions !== undefined) return refuse('functions', 'is the old form; use tools')
  const tools = listOf(body.tools).map((tool, index) => toolFromHub(objectOf(tool), `tools[${index}]`, traits))
  if (tools.length === 0) return {}
  const choice = choiceFromHub(body.tool_choice)
  const single =
    body.parallel_tool_calls === false && choice?.type !== 'none' ? { disable_parallel_tool_use: true } : {}
  const allowed = allowedNames(body.tool_choice)
  return {
    tools: allowed ? tools.filter((tool) => allowed.has(tool.name)) : tools,
    ...(choice || 'disable_parallel_tool_use' in single
      ? { tool_choice: { ...(choice ?? { type: 'auto' }), ...single } }
      : {}),
  }
}

function toolFromHub(tool: JsonObject, field: string, traits: Traits): JsonObject {
  const target = objectOf(tool.function)
  if (tool.type !== 'function')
    return refuse(field, `of type "${stringOf(tool.type)}" cannot be sent to an anthropic-messages endpoint`)
  if (typeof target.name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  const schema = { type: 'object', ...objectOf(target.parameters) }
  const strict = target.strict === true && traits.strictTools
  return compact({
    name: target.name,
    description: typeof target.description === 'string' ? target.description : undefined,
    input_schema: strict ? schemaFromHub(schema) : schema,
    strict: strict || undefined,
    ...cacheOf(tool),
  })
}

function choiceFromHub(choice: unknown): JsonObject | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none') return { type: choice }
  if (choice === 'required') return { type: 'any' }
  if (isObject(choice) && choice.type === 'allowed_tools')
    return { type: objectOf(choice.allowed_tools).mode === 'required' ? 'any' : 'auto' }
  const name = isObject(choice) ? objectOf(choice.function).name : undefined
  return typeof name === 'string'
    ? { type: 'tool', name }
    : refuse('tool_choice', 'must be auto, none, required or a function')
}

/** Anthropic has no list of allowed tools: the others are left out. */
function allowedNames(choice: unknown): Set<unknown> | undefined {
  if (!isObject(choice) || choice.type !== 'allowed_tools') return undefined
  return new Set(listOf(objectOf(choice.allowed_tools).tools).map((tool) => objectOf(objectOf(tool).function).name))
}
