import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Asked, Check, Found, Given } from './check.ts'
import { schemaProblem } from './client-schema.ts'

/** Reasons why an answer ended that leave it incomplete. */
const CUT: ReadonlySet<string | undefined> = new Set(['length', 'content_filter', 'error'])
const MAX_NAME = 64

/** Structured output and tool calls: whether they are complete and fit the request's own schemas. */
export const schemaCheck: Check = {
  applies: ({ hub }) => hub !== undefined && (formatOf(hub) !== undefined || toolsOf(hub).size > 0),
  check({ hub = {} }: Asked, { parts }: Given): Found {
    const { finishReason, refusal, text, toolCalls } = parts
    if (CUT.has(finishReason)) return failed(`it was not finished (${finishReason})`)
    if (refusal !== undefined) return failed('it refused')
    const tools = toolsOf(hub)
    for (const call of toolCalls) {
      const problem = argumentsProblem(call, tools)
      if (problem !== undefined) return failed(problem)
    }
    if (toolCalls.length > 0) return { passed: true }
    if (mustCall(hub)) return failed('it called no tool')
    const format = formatOf(hub)
    // Prose, where tools might have been called, is neither right nor wrong.
    if (!format) return {}
    const value = parsed(text)
    if (value === undefined) return failed('it is not JSON')
    const problem = format.schema && schemaProblem(format.schema, value)
    return problem === undefined ? { passed: true } : failed(problem)
  },
}

const failed = (detail: string): Found => ({ passed: false, detail })

/** The JSON that is demanded, with its schema where there is one. */
function formatOf({ response_format: format }: JsonObject): { readonly schema?: JsonObject } | undefined {
  if (!isObject(format)) return undefined
  if (format.type === 'json_object') return {}
  if (format.type !== 'json_schema') return undefined
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined
  return isObject(schema) ? { schema } : {}
}

/** Functions that are offered, with the schemas of their arguments. */
function toolsOf({ tools }: JsonObject): ReadonlyMap<string, unknown> {
  const offered = new Map<string, unknown>()
  for (const tool of Array.isArray(tools) ? (tools as unknown[]) : []) {
    const { name, parameters } = isObject(tool) && isObject(tool.function) ? tool.function : {}
    if (typeof name === 'string') offered.set(name, parameters)
  }
  return offered
}

const mustCall = ({ tool_choice: choice }: JsonObject) =>
  choice === 'required' || (isObject(choice) && choice.type === 'function')

function argumentsProblem(call: Given['parts']['toolCalls'][number], tools: ReadonlyMap<string, unknown>) {
  const name = call.name.slice(0, MAX_NAME)
  const schema = tools.get(call.name)
  if (!tools.has(call.name)) return `it called "${name}", which is not offered`
  const given = parsed(call.arguments)
  if (!isObject(given)) return `the arguments of "${name}" are not a JSON object`
  const problem = isObject(schema) ? schemaProblem(schema, given) : undefined
  return problem === undefined ? undefined : `the arguments of "${name}": ${problem}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
