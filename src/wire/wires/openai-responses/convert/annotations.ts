/** Citations: the hub nests what Responses has beside the type. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject } from '../../../untyped.ts'

export function annotationFromHub(annotation: JsonObject): JsonObject[] {
  const { type, url_citation: citation } = annotation
  if (type !== 'url_citation') return []
  return isObject(citation) ? [{ type, ...WHOLE, ...citation }] : []
}

/** A citation without a place is one of the whole text. */
const WHOLE = { start_index: 0, end_index: 0, url: '', title: '' }

export function annotationToHub({ type, ...citation }: JsonObject): JsonObject[] {
  return type === 'url_citation' ? [{ type, url_citation: citation }] : []
}
