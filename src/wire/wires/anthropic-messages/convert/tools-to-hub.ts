/**
 * Anthropic's tools and `tool_choice` as the hub's function tools. Tools that Anthropic runs itself have no form there.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { cacheOf } from './content-from-hub.ts'

export function toolsToHub(body: JsonObject, extensions: boolean): JsonObject {
  const tools = listOf(body.tools).map((tool, index) => toolToHub(objectOf(tool), `tools[${index}]`, extensions))
  if (tools.length === 0) return {}
  const choice = isObject(body.tool_choice) ? body.tool_choice : undefined
  return compact({
    tools,
    tool_choice: choice && choiceToHub(choice),
    parallel_tool_calls: choice?.disable_parallel_tool_use === true ? false : undefined,
  })
}

/** Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, "client tools". */
const CLIENT_RUN = /^(?:bash|text_editor|memory|computer)_\d/
const BUILT_IN =
  'is run by the client, but its schema is built into Claude; ask a model with an endpoint that speaks Messages, or describe it as a custom tool'
const RUN_BY_ANTHROPIC = 'is run by Anthropic and has no form at other endpoints'

function toolToHub(tool: JsonObject, field: string, extensions: boolean): JsonObject {
  const type = tool.type ?? 'custom'
  if (type !== 'custom')
    return refuse(field, `of type "${stringOf(type)}" ${CLIENT_RUN.test(stringOf(type)) ? BUILT_IN : RUN_BY_ANTHROPIC}`)
  if (typeof tool.name !== 'string') return refuse(`${field}.name`, 'must be a string')
  return {
    type: 'function',
    function: compact({
      name: tool.name,
      description: tool.description,
      parameters: objectOf(tool.input_schema),
      strict: tool.strict === true ? true : undefined,
    }),
    ...(extensions ? cacheOf(tool) : {}),
  }
}

function choiceToHub(choice: JsonObject): unknown {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type
    case 'any':
      return 'required'
    case 'tool':
      return { type: 'function', function: { name: choice.name } }
    default:
      return refuse('tool_choice.type', `"${stringOf(choice.type)}" is not known`)
  }
}
