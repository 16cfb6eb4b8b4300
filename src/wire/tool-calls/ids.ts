/** Longest id that OpenAI takes back in `tool_calls[].id`. */
const LONGEST = 40

/** An id for what came without one, the same each time it is made: the end of the answer's own id, which is the random part, and a place. */
export function madeId(kind: string, answerId: string, place?: number | string): string {
  const tail = place === undefined ? '' : `_${place}`
  return `${kind}_${answerId.slice(-(LONGEST - kind.length - 1 - tail.length))}${tail}`
}
