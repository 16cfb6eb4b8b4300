/** Function tools and `tool_choice` of the hub as Cohere's. https://docs.cohere.com/docs/tool-use-overview */
import type { JsonObject } from '../../../plugins/api.ts'
import type { HubOptions } from '../../converter.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { chosenTools } from '../openai-chat/chosen-tools.ts'

export function toolsFromHub(body: JsonObject, onDropped: HubOptions['onDropped']): JsonObject {
  const tools = listOf(body.tools).map((tool, index) => objectOf(checked(objectOf(tool), `tools[${index}]`).function))
  if (tools.length === 0) return {}
  if (body.parallel_tool_calls === false) onDropped?.('parallel_tool_calls')
  const names = chosenTools(body.tool_choice)
  const offered = names ? tools.filter(({ name }) => names.includes(name)) : tools
  return compact({
    tools: offered.map(toolFromHub),
    tool_choice: choiceOf(body.tool_choice),
    // It holds for all of them, and each must then require a parameter.
    strict_tools: body.strict_tools ?? (offered.every(isStrict) ? true : undefined),
  })
}

function checked(tool: JsonObject, field: string): JsonObject {
  if (tool.type !== 'function')
    return refuse(field, `of type "${stringOf(tool.type)}" cannot be sent to a cohere-chat endpoint`)
  if (typeof objectOf(tool.function).name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  return tool
}

const toolFromHub = ({ name, description, parameters }: JsonObject): JsonObject => ({
  type: 'function',
  function: compact({
    name,
    description: stringOf(description) || undefined,
    parameters: { type: 'object', properties: {}, ...objectOf(parameters) },
  }),
})

const isStrict = ({ strict, parameters }: JsonObject): boolean =>
  strict === true && listOf(objectOf(parameters).required).length > 0

function choiceOf(choice: unknown): string | undefined {
  if (choice === 'none') return 'NONE'
  if (choice === 'required') return 'REQUIRED'
  if (!isObject(choice)) return undefined
  return choice.type === 'allowed_tools' && objectOf(choice.allowed_tools).mode !== 'required' ? undefined : 'REQUIRED'
}
