const CUT = 64
const cutLength = (text: string) => Math.min(text.length, CUT)

/** Three rows of a table; names are compared thousands at a time. */
const ROWS = [0, 1, 2].map(() => new Uint8Array(CUT + 1))

/**
 * Damerau-Levenshtein (optimal string alignment) distance, case-insensitive. Strings are cut at 64 characters. What is
 * more than `most` comes out as some number above it.
 */
function editDistance(left: string, right: string, most = CUT): number {
  const a = left.slice(0, CUT).toLowerCase().slice(0, CUT)
  const b = right.slice(0, CUT).toLowerCase().slice(0, CUT)
  let [before, previous, current] = ROWS as [Uint8Array, Uint8Array, Uint8Array]
  for (let column = 0; column <= b.length; column++) previous[column] = column
  let lowest = 0
  for (let row = 1; row <= a.length; row++) {
    const char = a.charCodeAt(row - 1)
    const last = row > 1 ? a.charCodeAt(row - 2) : -1
    const lowestBefore = lowest
    current[0] = row
    lowest = row
    for (let column = 1; column <= b.length; column++) {
      const other = b.charCodeAt(column - 1)
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (char === other ? 0 : 1),
      )
      const isSwapped = column > 1 && last === other && char === b.charCodeAt(column - 2)
      if (isSwapped) cost = Math.min(cost, before[column - 2]! + 1)
      current[column] = cost
      if (cost < lowest) lowest = cost
    }
    // A row depends on the two above it only.
    if (lowest > most && lowestBefore > most) return lowest
    ;[before, previous, current] = [previous, current, before]
  }
  return previous[b.length]!
}

/**
 * The names near enough to have been meant, nearest first: at most a third of the name wrong, or one containing the
 * other.
 */
export function nearestNames(name: string, names: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase()
  const most = Math.max(1, Math.floor(Math.max(name.length, 3) / 3))
  const scored: { candidate: string; distance: number }[] = []
  for (const candidate of names) {
    const other = candidate.toLowerCase()
    const contains = wanted.length >= 3 && other.length >= 3 && (other.includes(wanted) || wanted.includes(other))
    // So many letters are missing at least; most names are seen to be far so, and there may be thousands.
    if (!contains && Math.abs(cutLength(name) - cutLength(candidate)) > most) continue
    const distance = editDistance(name, candidate, contains ? CUT : most)
    if (contains || distance <= most) scored.push({ candidate, distance })
  }
  return scored
    .sort((first, second) => first.distance - second.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** `Did you mean "x" or "y"?`, the nearest first; undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>, limit = 1): string | undefined {
  const near = nearestNames(name, known, limit)
  return near.length === 0 ? undefined : `Did you mean ${near.map((found) => `"${found}"`).join(' or ')}?`
}
