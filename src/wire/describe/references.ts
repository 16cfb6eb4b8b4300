import type { JsonObject } from '../../plugins/api.ts'
import type { Call, Reference } from '../../routing/ports.ts'
import { isObject } from '../untyped.ts'
import { wireOf } from '../wires/index.ts'

/** What a request refers to and does not say; undefined for nothing, as of almost all. */
export function referencesIn({ wire, body }: Pick<Call, 'wire' | 'body'>): readonly Reference[] | undefined {
  const found = READERS[wireOf(wire)?.counts ?? wire]?.(body)
  return found && found.length > 0 ? found : undefined
}

const READERS: Readonly<Record<string, (body: JsonObject) => Reference[] | undefined>> = {
  'openai-responses': responsesReferences,
  'openai-compact': responsesReferences,
  'anthropic-messages': messagesReferences,
}

/** https://platform.openai.com/docs/api-reference/responses/create */
function responsesReferences(body: JsonObject): Reference[] | undefined {
  const { previous_response_id: previous, conversation, prompt, background, input } = body
  let found: Reference[] | undefined
  const add = (reference: Reference) => {
    found ??= []
    found.push(reference)
  }
  if (isGiven(previous)) add({ kind: 'response', field: 'previous_response_id', id: String(previous) })
  if (isGiven(conversation)) {
    const id = isObject(conversation) ? conversation.id : conversation
    add({ kind: 'conversation', field: 'conversation', id: String(id) })
  }
  if (isObject(prompt)) add({ kind: 'prompt', field: 'prompt', id: String(prompt.id) })
  if (background === true) add({ kind: 'background', field: 'background' })
  if (Array.isArray(input))
    for (const item of input) {
      // What only its maker can read is as good as a reference.
      if (item?.type !== 'item_reference' && item?.type !== 'compaction') continue
      const kind = item.type === 'compaction' ? 'compaction' : 'item'
      add({ kind, field: item.type, ...(typeof item.id === 'string' && { id: item.id }) })
    }
  return found
}

/** Beta `message-threads-2026-08-12`: who begins a thread says everything. */
function messagesReferences({ thread }: JsonObject): Reference[] | undefined {
  if (!isObject(thread) || !isGiven(thread.previous_message_id)) return undefined
  return [{ kind: 'thread', field: 'thread.previous_message_id', id: String(thread.previous_message_id) }]
}

const isGiven = (value: unknown) => value !== undefined && value !== null
