/**
 * Edit distance with transpositions of neighbours ("optimal string alignment": Damerau 1964, Levenshtein 1966), case ignored. Stops early with
 * Infinity when it is over `limit`.
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  const from = a.toLowerCase()
  const to = b.toLowerCase()
  if (Math.abs(from.length - to.length) > limit) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    if (Math.min(...row) > limit) return Number.POSITIVE_INFINITY
    before = last
    last = row
  }
  return last[to.length]!
}

/** The names most like `name`, nearest first, at most `count`; none that differ in more than a third of their letters. */
export function nearest(name: string, known: Iterable<string>, count = 1): string[] {
  // The work grows with the product of the lengths; nobody mistypes a name this long.
  if (name.length > 100) return []
  const limit = Math.max(1, Math.floor(name.length / 3))
  return [...known]
    .map((candidate) => ({ candidate, distance: candidate.length > 100 ? Number.POSITIVE_INFINITY : editDistance(name, candidate, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** `Did you mean "x"?`, or undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const [best] = nearest(name, known)
  return best === undefined ? undefined : `Did you mean "${best}"?`
}
