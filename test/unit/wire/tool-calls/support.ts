import type { JsonObject } from '../../../../src/plugins/api.ts'
import { CallIds } from '../../../../src/wire/tool-calls/ids.ts'
import { type Piece, ToolCallTable } from '../../../../src/wire/tool-calls/table.ts'

export type Entry = JsonObject

/** An entry of `delta.tool_calls`; undefined leaves a key out. */
export function entry(index: unknown, id: unknown, name?: unknown, args?: unknown): Entry {
  const called = { ...(name !== undefined && { name }), ...(args !== undefined && { arguments: args }) }
  return { ...(index !== undefined && { index }), ...(id !== undefined && { id }), type: 'function', function: called }
}

export interface Folded {
  id: string
  name: string
  text: string
}

/** What a client makes of the pieces; throws when one comes out of turn. */
export function fold(pieces: readonly (Piece | undefined)[]): Folded[] {
  const calls: Folded[] = []
  for (const piece of pieces) {
    if (!piece) continue
    const { call, first, text } = piece
    if (first) {
      if (call.number !== calls.length) throw new Error(`call ${call.number} came after ${calls.length} others`)
      calls.push({ id: call.id, name: call.name, text })
    } else {
      const known = calls[call.number]
      if (!known) throw new Error(`call ${call.number} goes on before it has begun`)
      known.text += text
    }
  }
  return calls
}

/** The calls of these chunks, each a list of entries. */
export function callsOf(chunks: readonly (readonly Entry[])[]): Folded[] {
  const table = new ToolCallTable({ ids: new CallIds('x', 'made') })
  const pieces = chunks.flatMap((entries) =>
    entries.map((one, i) => table.add(one, entries.length > 1 ? i : undefined)),
  )
  return fold([...pieces, ...table.end()])
}

export const callDelta = (chunks: readonly (readonly Entry[])[]): [string, string][] =>
  callsOf(chunks).map(({ name, text }) => [name, text])
