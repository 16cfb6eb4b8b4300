import type { JsonObject } from '../../../plugins/api.ts'
import type { Reference } from '../../../routing/ports.ts'
import { isObject } from '../../untyped.ts'

/** What other answers left behind, or is kept elsewhere. https://platform.openai.com/docs/api-reference/responses/create */
export function responsesReferences(body: JsonObject): Reference[] | undefined {
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

const isGiven = (value: unknown) => value !== undefined && value !== null
