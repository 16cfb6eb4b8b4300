/** Quirks inside a `gemini` body: names of functions. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { QuirkContext } from '../../quirks/context.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { isObject } from '../../untyped.ts'

type Change = (name: string) => string

export function geminiQuirks(body: JsonObject, { names }: QuirkContext): JsonObject {
  if (!names) return body
  const tools = inList(body.tools, (tool) =>
    tool.functionDeclarations === undefined
      ? tool
      : withValue(
          tool,
          'functionDeclarations',
          inList(tool.functionDeclarations, (each) => named(each, names.to)),
        ),
  )
  const contents = inList(body.contents, (content) => inParts(content, names.to))
  const out = body.tools === undefined ? body : withValue(body, 'tools', tools)
  return body.contents === undefined ? out : withValue(out, 'contents', contents)
}

/** Of an answer, or an event of one. */
export const renameCalls = (body: JsonObject, change: Change): JsonObject =>
  body.candidates === undefined
    ? body
    : withValue(
        body,
        'candidates',
        inList(body.candidates, (candidate) =>
          isObject(candidate.content) ? withValue(candidate, 'content', inParts(candidate.content, change)) : candidate,
        ),
      )

function inParts(content: JsonObject, change: Change): JsonObject {
  if (!Array.isArray(content.parts)) return content
  const parts = inList(content.parts, (part) => {
    const key = ['functionCall', 'functionResponse'].find((each) => isObject(part[each]))
    return key === undefined ? part : withValue(part, key, named(part[key] as JsonObject, change))
  })
  return withValue(content, 'parts', parts)
}

const named = (target: JsonObject, change: Change): JsonObject =>
  typeof target.name === 'string' ? withValue(target, 'name', change(target.name)) : target

const inList = (list: unknown, change: (item: JsonObject) => JsonObject): unknown =>
  Array.isArray(list) ? mapSame(list, (item) => (isObject(item) ? change(item) : item)) : list
