/** Citations: whole as Cohere gives them, and those with an address as OpenAI's `annotations` too. */
import type { JsonObject } from '../../../plugins/api.ts'
import { objects } from '../../read/meter.ts'
import { numberOf, objectOf, stringOf } from '../../untyped.ts'

/** Fields of a hub message or delta. */
export function citationFields(citations: readonly JsonObject[]): JsonObject {
  if (citations.length === 0) return {}
  const annotations = citations.flatMap(annotationsOf)
  return { citations, ...(annotations.length > 0 && { annotations }) }
}

function annotationsOf({ start, end, sources }: JsonObject): JsonObject[] {
  return objects(sources).flatMap((source) => {
    const { url, title } = objectOf(source.document ?? source.tool_output)
    if (stringOf(url) === '') return []
    const place = { start_index: numberOf(start) ?? 0, end_index: numberOf(end) ?? 0 }
    return [{ type: 'url_citation', url_citation: { ...place, url, title: stringOf(title) } }]
  })
}
