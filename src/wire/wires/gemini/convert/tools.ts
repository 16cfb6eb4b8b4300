/** Function tools and the choice among them. Tools that Google runs have no form in the hub. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { objects } from '../../../read/meter.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { schemaToHub } from './schema.ts'

export function toolsFromHub(body: JsonObject): JsonObject {
  if (body.functions !== undefined) return refuse('functions', 'is the old form; use tools')
  const functionDeclarations = listOf(body.tools).map((tool, at) => declarationOf(objectOf(tool), `tools[${at}]`))
  if (functionDeclarations.length === 0) return {}
  const functionCallingConfig = choiceFromHub(body.tool_choice)
  return {
    tools: [{ functionDeclarations }],
    ...(functionCallingConfig && { toolConfig: { functionCallingConfig } }),
  }
}

function declarationOf(tool: JsonObject, field: string): JsonObject {
  const target = objectOf(tool.function)
  if (tool.type !== 'function')
    return refuse(field, `of type "${stringOf(tool.type)}" cannot be sent to a gemini endpoint`)
  if (typeof target.name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  return compact({
    name: target.name,
    description: typeof target.description === 'string' ? target.description : undefined,
    // It has an object without properties refused.
    parametersJsonSchema: takesNothing(target.parameters) ? undefined : target.parameters,
  })
}

function takesNothing(schema: unknown): boolean {
  if (!isObject(schema)) return true
  const keys = Object.keys(schema).filter(
    (key) => key !== 'type' && key !== 'additionalProperties' && key !== '$schema',
  )
  return keys.every(
    (key) => key === 'required' || (key === 'properties' && Object.keys(objectOf(schema.properties)).length === 0),
  )
}

function choiceFromHub(choice: unknown): JsonObject | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto') return { mode: 'AUTO' }
  if (choice === 'none') return { mode: 'NONE' }
  if (choice === 'required') return { mode: 'ANY' }
  if (isObject(choice) && choice.type === 'allowed_tools') {
    const { mode, tools } = objectOf(choice.allowed_tools)
    const allowedFunctionNames = objects(tools).map((tool) => objectOf(tool.function).name)
    return { mode: mode === 'required' ? 'ANY' : 'VALIDATED', allowedFunctionNames }
  }
  const name = isObject(choice) ? objectOf(choice.function).name : undefined
  return typeof name === 'string'
    ? { mode: 'ANY', allowedFunctionNames: [name] }
    : refuse('tool_choice', 'must be auto, none, required or a function')
}

export function toolsToHub(body: JsonObject): JsonObject {
  const tools = objects(body.tools).flatMap((tool, at) => {
    const own = Object.keys(tool).find((key) => key !== 'functionDeclarations')
    if (own !== undefined) return refuse(`tools[${at}].${own}`, 'is run by Google and has no form at other endpoints')
    return objects(tool.functionDeclarations).map(toolToHub)
  })
  if (tools.length === 0) return {}
  return compact({ tools, tool_choice: choiceToHub(objectOf(objectOf(body.toolConfig).functionCallingConfig)) })
}

const toolToHub = (declaration: JsonObject): JsonObject => ({
  type: 'function',
  function: compact({
    name: declaration.name,
    description: declaration.description,
    parameters: declaration.parametersJsonSchema ??
      schemaToHub(declaration.parameters) ?? { type: 'object', properties: {} },
  }),
})

function choiceToHub({ mode, allowedFunctionNames }: JsonObject): unknown {
  const names = listOf(allowedFunctionNames)
  const asFunction = (name: unknown): JsonObject => ({ type: 'function', function: { name } })
  if (mode === 'NONE') return 'none'
  const isNeeded = mode === 'ANY'
  if (names.length === 1 && isNeeded) return asFunction(names[0])
  if (names.length > 0)
    return {
      type: 'allowed_tools',
      allowed_tools: { mode: isNeeded ? 'required' : 'auto', tools: names.map(asFunction) },
    }
  return isNeeded ? 'required' : mode === 'AUTO' ? 'auto' : undefined
}
