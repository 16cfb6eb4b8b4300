/** Damerau-Levenshtein (optimal string alignment) distance, case-insensitive. Strings are cut at 64 characters. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64).toLowerCase()
  const b = right.slice(0, 64).toLowerCase()
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1)
      current.push(cost)
    }
    before = previous
    previous = current
  }
  return previous[b.length]!
}

/**
 * The names near enough to have been meant, nearest first: at most a third of the name wrong, or one containing the
 * other.
 */
export function nearestNames(name: string, names: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase()
  const scored: { candidate: string; distance: number }[] = []
  for (const candidate of names) {
    const other = candidate.toLowerCase()
    const contains = wanted.length >= 3 && other.length >= 3 && (other.includes(wanted) || wanted.includes(other))
    const distance = editDistance(name, candidate)
    if (contains || distance <= Math.max(1, Math.floor(Math.max(name.length, 3) / 3)))
      scored.push({ candidate, distance })
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
