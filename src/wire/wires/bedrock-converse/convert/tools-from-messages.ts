/** Tools and `tool_choice` of Messages as `toolConfig`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, objectOf } from '../../../untyped.ts'
import type { BlocksFromMessages } from './blocks-from-messages.ts'
import type { ConverseTraits } from './models.ts'

const ANY_OBJECT = { json: { type: 'object' } }

/**
 * Calls in the history are refused without `toolConfig`, so that their tools stand in where none is offered. There is
 * no `none`: where nothing was called yet, the tools are left out instead.
 */
export function toolConfig(
  messages: JsonObject,
  blocks: BlocksFromMessages,
  { caching, strictTools, claude }: ConverseTraits,
): JsonObject | undefined {
  const choice = objectOf(messages.tool_choice)
  const called = calledNames(messages)
  const offered = listOf(messages.tools).map(objectOf)
  if (choice.type === 'none' && called.size === 0) return undefined
  if (offered.length === 0) {
    if (called.size === 0) return undefined
    return { tools: [...called].map((name) => ({ toolSpec: { name, inputSchema: ANY_OBJECT } })) }
  }
  const tools = offered.flatMap((tool) => [
    { toolSpec: toolSpec(tool, claude && strictTools) },
    ...(caching === 'all' ? blocks.cachePoint(tool) : []),
  ])
  return compact({ tools, toolChoice: choiceOf(choice, claude && strictTools) })
}

const toolSpec = ({ name, description, input_schema: json, strict }: JsonObject, takesStrict: boolean): JsonObject =>
  compact({
    name,
    description: description === '' ? undefined : description,
    inputSchema: { json },
    strict: takesStrict ? strict : undefined,
  })

/** `auto` with one call at a time is said in Claude's own words, and not twice. */
function choiceOf({ type, name, disable_parallel_tool_use: single }: JsonObject, saysItself: boolean): unknown {
  if (type === 'any') return { any: {} }
  if (type === 'tool') return { tool: { name } }
  return type === 'auto' && !(single === true && saysItself) ? { auto: {} } : undefined
}

function calledNames({ messages }: JsonObject): Set<unknown> {
  const blocks = listOf(messages).flatMap((turn) => listOf(objectOf(turn).content).filter(isObject))
  return new Set(blocks.filter(({ type }) => type === 'tool_use').map(({ name }) => name))
}
