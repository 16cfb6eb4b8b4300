import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { listOf } from '../../untyped.ts'

/** A search unit is one query with up to so many documents: https://docs.cohere.com/docs/how-does-cohere-pricing-work */
const DOCUMENTS_PER_SEARCH = 100

export function rerankWork({ documents }: JsonObject): Usage {
  const given = listOf(documents).length
  return { documents: given, searches: Math.max(1, Math.ceil(given / DOCUMENTS_PER_SEARCH)) }
}
