import type { JsonObject } from '../../../plugins/api.ts'
import { objects } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'

/** Characters of an id, and ids of one answer, that are remembered. */
const MAX_ID_LENGTH = 256
const MAX_IDS = 100

/** Its own, those of its items, and that of the conversation that it belongs to. */
export function keptIds({ id, output, conversation }: JsonObject): string[] {
  const ids: string[] = []
  addId(ids, id)
  for (const item of objects(output)) addId(ids, item.id)
  if (isObject(conversation)) addId(ids, conversation.id)
  return ids
}

function addId(ids: string[], id: unknown): void {
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH && ids.length < MAX_IDS) ids.push(id)
}
