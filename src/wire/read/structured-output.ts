import type { JsonObject, Wire } from '../../plugins/api.ts'
import { isJson } from '../tool-calls/offered.ts'
import { isObject } from '../untyped.ts'
import { wireOf } from '../wires/index.ts'

/** True when the request, in any wire, demands JSON as its answer. */
export function wantsJson(body: JsonObject): boolean {
  const inner = (value: unknown): unknown => (isObject(value) ? value.format : undefined)
  const formats = [body.response_format, inner(body.text), inner(body.output_config), body.output_format]
  return formats.some((format) => isObject(format) && (format.type === 'json_schema' || format.type === 'json_object'))
}

/** What is wrong with an answer that had to be JSON. No text at all (a refusal, a tool call) is not this fault. */
export function structuredOutputProblem(wire: Wire, body: JsonObject): string | undefined {
  return isJson(wireOf(wire)?.visibleText?.(body) ?? '')
    ? undefined
    : 'the answer is not JSON, although the request demands it (response_format)'
}
