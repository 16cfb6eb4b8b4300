/** Tools and `tool_choice` of the hub as those of Responses, where names stand beside the type. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'

export function toolsFromHub(body: JsonObject): JsonObject {
  if (body.functions !== undefined) return refuse('functions', 'is the old form; use tools')
  const tools = listOf(body.tools).map((tool, index) => toolFromHub(objectOf(tool), `tools[${index}]`))
  const search = objectOf(body.web_search_options)
  if (isObject(body.web_search_options)) {
    const { approximate } = objectOf(search.user_location)
    tools.push(
      compact({
        type: 'web_search',
        search_context_size: search.search_context_size,
        user_location: isObject(approximate) ? { type: 'approximate', ...approximate } : undefined,
      }),
    )
  }
  if (tools.length === 0) return {}
  return compact({
    tools,
    tool_choice: choiceFromHub(body.tool_choice),
    parallel_tool_calls: typeof body.parallel_tool_calls === 'boolean' ? body.parallel_tool_calls : undefined,
  })
}

function toolFromHub(tool: JsonObject, field: string): JsonObject {
  if (tool.type === 'custom') return customTool(objectOf(tool.custom))
  if (tool.type !== 'function')
    return refuse(field, `of type "${stringOf(tool.type)}" cannot be sent to an openai-responses endpoint`)
  const { name, description, parameters, strict } = objectOf(tool.function)
  if (typeof name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  return compact({
    type: 'function',
    name,
    description: typeof description === 'string' ? description : undefined,
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} },
    // What is not said is strict here, and not in the hub.
    strict: strict === true,
  })
}

function customTool({ name, description, format }: JsonObject): JsonObject {
  const { type, grammar } = objectOf(format)
  return compact({
    type: 'custom',
    name,
    description,
    format: type === 'grammar' ? { type, ...objectOf(grammar) } : isObject(format) ? format : undefined,
  })
}

function choiceFromHub(choice: unknown): unknown {
  if (choice === undefined || choice === null) return undefined
  if (!isObject(choice)) return choice
  if (choice.type !== 'allowed_tools') return named(choice)
  const { mode, tools } = objectOf(choice.allowed_tools)
  return { type: 'allowed_tools', mode, tools: listOf(tools).map((tool) => named(objectOf(tool))) }
}

const named = ({ type, function: called, custom }: JsonObject): JsonObject => ({
  type,
  name: objectOf(called ?? custom).name,
})
