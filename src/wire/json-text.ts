/**
 * Numbers that keep their text. JSON.parse makes 2512292042121000001 into 2512292042121000000, 1e400 into Infinity, -0
 * into 0 and 1.0 into 1; a tool that gets such an argument does something else than the model said. Source text access
 * of JSON.parse and JSON.rawJSON (https://tc39.es/proposal-json-parse-with-source/) keep them: `JSON.stringify` writes
 * such a number as it was.
 */
import type { JsonObject } from '../plugins/api.ts'
import { isObject } from './untyped.ts'

/**
 * A number that may change on its way through JavaScript, after what can stand before a number. It may match inside a
 * string too, which costs time and no more.
 */
const ODD = /(?:^|[\s:,[])-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?!\d)|0\.0{6}|0(?![.\d])(?<=-0))/

/** Keys that hold what a model says to a tool, or what it may say. */
const TOOL_KEYS: ReadonlySet<string> = new Set(['input', 'arguments', 'input_schema', 'parameters', 'schema'])

declare global {
  interface JSON {
    rawJSON(text: string): unknown
    isRawJSON(value: unknown): boolean
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  }
}

/** JSON in which every number that JavaScript would change is a raw one. Throws SyntaxError as JSON.parse does. */
export const parseExact = (text: string): unknown => (ODD.test(text) ? JSON.parse(text, keepText) : JSON.parse(text))

/**
 * The same for a request or an answer: only inside of tools' input and schemas, so that whoever reads other fields
 * meets plain numbers.
 */
export function parseExactTools(text: string): unknown {
  return ODD.test(text) ? plain(JSON.parse(text, keepText), false) : JSON.parse(text)
}

/** Whether `parseExactTools` may give anything else than JSON.parse. */
export const hasOddNumbers = (text: string): boolean => ODD.test(text)

function keepText(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && JSON.stringify(value) !== source
    ? JSON.rawJSON(source)
    : value
}

/** In place: the value was made a moment ago, for nobody else. */
function plain(value: unknown, inTool: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (JSON.isRawJSON(value)) return inTool ? value : Number((value as { rawJSON: string }).rawJSON)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = plain(value[i], inTool)
    return value
  }
  const object = value as JsonObject
  for (const key of Object.keys(object)) define(object, key, plain(object[key], inTool || TOOL_KEYS.has(key)))
  return object
}

/** `__proto__` is an ordinary key in JSON. */
function define(object: JsonObject, key: string, value: unknown): void {
  if (object[key] === value) return
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * What a model says to a tool, as an object: from the text of one, the text of such a text (encoded twice, as some
 * servers do), or the object itself; blank is an empty one. Undefined for all else.
 */
export function toolInput(given: unknown): JsonObject | undefined {
  if (isObject(given)) return given
  if (given === undefined || given === null) return {}
  if (typeof given !== 'string') return undefined
  if (given.trim() === '') return {}
  const value = tryParse(given)
  const inner = typeof value === 'string' ? tryParse(value) : value
  return isObject(inner) ? inner : undefined
}

/**
 * The same, whatever was given: what is no object goes in one, as Anthropic advises for invalid input. Source:
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming, "handling invalid JSON".
 */
export const toolInputOrWrapped = (given: unknown): JsonObject => toolInput(given) ?? { [INVALID]: given }

const INVALID = 'INVALID_JSON'

/** The text of what a model says to a tool; a text of one object stays as it is. */
export function toolArguments(given: unknown): string {
  if (typeof given === 'string') {
    const value = tryParse(given)
    if (isObject(value)) return given
    if (typeof value === 'string' && isObject(tryParse(value))) return value
  }
  return JSON.stringify(toolInputOrWrapped(given))
}

function tryParse(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}
