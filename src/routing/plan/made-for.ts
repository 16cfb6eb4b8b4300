import type { Endpoint, Operation } from '../../plugins/api.ts'

/** What models make that do nothing else, in OpenRouter's words, and what they are asked for. */
const MAKERS: ReadonlyMap<string, readonly Operation[]> = new Map([
  ['embeddings', ['embedding']],
  ['image', ['image', 'image_edit']],
  ['speech', ['speech']],
  ['transcription', ['transcription', 'translation']],
  ['rerank', ['rerank']],
])

/** What is only asked of who makes it. */
const APART: ReadonlySet<Operation> = new Set(['chat', 'completion', ...[...MAKERS.values()].flat()])

/**
 * For whom another operation than `asked` is all that it can do: its operations; undefined for all others, and where it
 * is not known. Models that draw may be asked in a chat, unless no parameter of a chat is known to mean anything to
 * them.
 */
export function madeFor(endpoint: Endpoint, asked: Operation): readonly Operation[] | undefined {
  const { outputModalities, parameters } = endpoint
  if (!outputModalities || outputModalities.length === 0 || !APART.has(asked)) return undefined
  const operations: Operation[] = []
  for (const made of outputModalities) {
    const own = MAKERS.get(made)
    if (!own || own.includes(asked)) return undefined
    if (made === 'image' && parameters?.length !== 0) return undefined
    operations.push(...own)
  }
  return operations
}
