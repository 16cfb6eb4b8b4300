import type { JsonObject } from '../../plugins/api.ts'
import { isObject, stringOf } from '../untyped.ts'
import { innerOf } from './call.ts'
import type { Piece, ToolCallTable } from './table.ts'

/**
 * The entries of `delta.tool_calls` as every client understands them: numbered from 0, with an id of its own in the
 * first of each call, and id and name nowhere else. Undefined when they are so already. `ends`: no more entries come
 * for this choice.
 */
export function mendedDelta(
  table: ToolCallTable,
  entries: readonly JsonObject[],
  ends: boolean,
): JsonObject[] | undefined {
  const out: JsonObject[] = []
  let odd = false
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    const piece = table.add(entry, entries.length > 1 ? i : undefined)
    const fine = piece !== undefined && isOrdinary(piece, entry)
    odd ||= !fine
    if (piece) out.push(fine ? entry : entryOf(piece, entry, piece.call.number))
  }
  if (ends) {
    for (const piece of table.end()) {
      odd = true
      out.push(entryOf(piece, piece.call.held, piece.call.number))
    }
  }
  return odd ? out : undefined
}

/** The same for `message.tool_calls` of a whole answer, where an index says nothing. */
export function mendedWhole(table: ToolCallTable, entries: readonly JsonObject[]): JsonObject[] | undefined {
  const out: JsonObject[] = []
  let odd = false
  for (const entry of entries) {
    const piece = table.addWhole(entry)
    const fine = piece !== undefined && piece.call.id === entry.id && argumentsOf(entry) === piece.text
    odd ||= !fine
    // No more comes for it: clients parse what there is.
    if (piece) out.push(fine ? entry : entryOf(piece.text === '' ? { ...piece, text: '{}' } : piece, entry))
  }
  for (const piece of table.end()) {
    odd = true
    out.push(entryOf(piece, piece.call.held))
  }
  return odd ? out : undefined
}

function isOrdinary({ call, first, text }: Piece, entry: JsonObject): boolean {
  if (entry.index !== call.number || (argumentsOf(entry) ?? '') !== text) return false
  const name = stringOf(innerOf(entry).name)
  return first ? entry.id === call.id && name === call.name : name === '' && !entry.id
}

const argumentsOf = (entry: JsonObject): unknown => {
  const inner = innerOf(entry)
  return inner.arguments ?? inner.input
}

function entryOf({ call, first, text }: Piece, entry: JsonObject, index?: number): JsonObject {
  const {
    id: _id,
    index: _index,
    function: _function,
    custom: _custom,
    ...rest
  } = first ? { ...call.held, ...entry } : entry
  const custom = isObject(entry.custom)
  const { name: _name, ...inner } = innerOf(entry)
  const filled = { ...(first && { name: call.name }), ...inner, [custom ? 'input' : 'arguments']: text }
  return {
    ...(index !== undefined && { index }),
    ...(first && { id: call.id, type: custom ? 'custom' : 'function' }),
    ...rest,
    [custom ? 'custom' : 'function']: filled,
  }
}
