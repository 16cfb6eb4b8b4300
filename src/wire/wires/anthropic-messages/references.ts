import type { JsonObject } from '../../../plugins/api.ts'
import type { Reference } from '../../../routing/ports.ts'
import { isObject } from '../../untyped.ts'

/** Beta `message-threads-2026-08-12`: who begins a thread says everything. */
export function messagesReferences({ thread }: JsonObject): Reference[] | undefined {
  const id = isObject(thread) ? thread.previous_message_id : undefined
  if (id === undefined || id === null) return undefined
  return [{ kind: 'thread', field: 'thread.previous_message_id', id: String(id) }]
}
