/**
 * Tools and `tool_choice` of a Responses request as the hub's function tools. Tools that the provider runs have no form
 * there and are left out, since clients send them always; asking for one of them is refused.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { qualifiedName } from '../../../tool-calls/offered.ts'
import { compact, isObject, listOf, refuse, stringOf } from '../../../untyped.ts'
import { CUSTOM_INPUT, type KnownTool, offeredTools, type ToolTable, toolTable } from './tool-names.ts'

export function toolsToHub(body: JsonObject, { onDropped }: HubOptions): JsonObject {
  needTools(body.tools)
  const table = toolTable(body)
  for (const tool of offeredTools(body)) if (!hasForm(tool)) onDropped?.(`the tool ${typeOf(tool)}`)
  const choice = choiceToHub(body.tool_choice, table)
  const allowed = allowedNames(body.tool_choice)
  const tools = [...table]
    .filter(([name]) => !allowed || allowed.has(name))
    .map(([name, tool]) => toolToHub(name, tool))
  if (tools.length === 0) return {}
  return compact({
    tools,
    tool_choice: choice,
    parallel_tool_calls: typeof body.parallel_tool_calls === 'boolean' ? body.parallel_tool_calls : undefined,
  })
}

/** Left out, they would be missed by nobody but the model. */
function needTools(tools: unknown): void {
  if (tools === undefined || tools === null) return
  if (!Array.isArray(tools)) refuse('tools', 'must be a list')
  for (const [index, tool] of tools.entries()) {
    if (!isObject(tool)) refuse(`tools[${index}]`, 'must be an object with a type')
    const needsName = tool.type === 'function' || tool.type === 'custom'
    if (needsName && stringOf(tool.name) === '') refuse(`tools[${index}].name`, 'is missing; it stands beside the type')
  }
}

/** It goes into a header. */
const typeOf = ({ type }: JsonObject): string => (/^[\w.-]{1,64}$/.test(stringOf(type)) ? stringOf(type) : '?')

const hasForm = ({ type }: JsonObject): boolean => type === 'function' || type === 'custom' || type === 'namespace'

function toolToHub(name: string, { tool, custom }: KnownTool): JsonObject {
  if (custom) return { type: 'function', function: { name, ...customFunction(tool) } }
  return {
    type: 'function',
    function: compact({
      name,
      description: typeof tool.description === 'string' ? tool.description : undefined,
      parameters: isObject(tool.parameters) ? tool.parameters : { type: 'object', properties: {} },
      strict: tool.strict === true ? true : undefined,
    }),
  }
}

/** A grammar is not enforced elsewhere: the description tells it. */
function customFunction(tool: JsonObject): JsonObject {
  const format = isObject(tool.format) ? tool.format : {}
  const rule =
    format.type === 'grammar'
      ? `The input must follow this ${stringOf(format.syntax)} grammar:\n${stringOf(format.definition)}`
      : ''
  const description = [stringOf(tool.description), rule].filter(Boolean).join('\n\n')
  return {
    ...(description !== '' && { description }),
    parameters: {
      type: 'object',
      properties: { [CUSTOM_INPUT]: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: [CUSTOM_INPUT],
      additionalProperties: false,
    },
  }
}

function choiceToHub(choice: unknown, table: ToolTable): unknown {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return withTools(choice, table)
  if (!isObject(choice)) return refuse('tool_choice', 'must be auto, none, required or an object')
  if (choice.type === 'allowed_tools') return withTools(choice.mode === 'required' ? 'required' : 'auto', table)
  if (choice.type !== 'function' && choice.type !== 'custom')
    return refuse('tool_choice', `asks for "${stringOf(choice.type)}", which no endpoint of this model can run`)
  const name = chosenName(choice, table)
  return name === undefined
    ? refuse('tool_choice.name', `"${stringOf(choice.name)}" is none of the tools`)
    : { type: 'function', function: { name } }
}

/** All tools may have been left out. */
function withTools(choice: string, table: ToolTable): unknown {
  if (choice === 'required' && table.size === 0)
    return refuse('tool_choice', 'is "required", and no endpoint of this model can run any of the tools')
  return choice
}

/** By the name alone, a tool of a namespace is found too. */
function chosenName({ name, namespace }: JsonObject, table: ToolTable): string | undefined {
  const full = qualifiedName(name, namespace)
  if (table.has(full)) return full
  for (const [key, tool] of table) if (tool.name === name) return key
  return undefined
}

function allowedNames(choice: unknown): ReadonlySet<string> | undefined {
  if (!isObject(choice) || choice.type !== 'allowed_tools') return undefined
  return new Set(objects(listOf(choice.tools)).map(({ name, namespace }) => qualifiedName(name, namespace)))
}
