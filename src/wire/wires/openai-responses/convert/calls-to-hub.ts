/** Calls among the items of a Responses input as the hub's tool calls. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { toolArguments } from '../../../json-text.ts'
import { qualifiedName } from '../../../tool-calls/offered.ts'
import { isObject, stringOf } from '../../../untyped.ts'
import { CUSTOM_INPUT } from './tool-names.ts'

/** Tools of OpenAI's own that the client runs: what they were told, by the type of their call. */
const CLIENT_RUN: ReadonlyMap<unknown, string> = new Map([
  ['local_shell_call', 'action'],
  ['shell_call', 'action'],
  ['apply_patch_call', 'operation'],
  ['computer_call', 'action'],
])

const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call', ...CLIENT_RUN.keys()])

export const isCall = ({ type }: JsonObject): boolean => CALLS.has(type)

export const isResult = ({ type }: JsonObject): boolean =>
  typeof type === 'string' && type.endsWith('_output') && CALLS.has(type.slice(0, -'_output'.length))

/** A text or a list of parts. Shells give records of what they wrote, patches say no more than whether they fit. */
export function resultOf({ type, output, status }: JsonObject): unknown {
  if (output === undefined || output === null) return stringOf(status)
  if (typeof output === 'string') return output
  if (type === 'computer_call_output' && isObject(output) && output.image_url)
    return [{ type: 'input_image', image_url: output.image_url }]
  return Array.isArray(output) && type !== 'shell_call_output' ? output : JSON.stringify(output)
}

export function callOf(item: JsonObject): JsonObject {
  const id = stringOf(item.call_id) || stringOf(item.id)
  return { id, type: 'function', function: { name: nameOf(item), arguments: argumentsOf(item) } }
}

function nameOf({ type, name, namespace }: JsonObject): string {
  return CLIENT_RUN.has(type) ? stringOf(type).slice(0, -'_call'.length) : qualifiedName(name, namespace)
}

function argumentsOf(item: JsonObject): string {
  if (item.type === 'custom_tool_call') return JSON.stringify({ [CUSTOM_INPUT]: stringOf(item.input) })
  const key = CLIENT_RUN.get(item.type)
  return toolArguments(key === undefined ? item.arguments : item[key])
}
