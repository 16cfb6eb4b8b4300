/**
 * A number of enrolments as it is published: the lower bound of its bucket k, 5, 10, 20, 50, 100, ... (0 below k), so
 * that nobody sees one come or go. Where one is enough to be published, nobody is hidden: the number itself.
 */
export function bucketed(members: number, k: number): number {
  if (members < k) return 0
  if (k === 1) return members
  let bound = k
  for (let decade = 1; decade <= members; decade *= 10) {
    for (const step of [1, 2, 5])
      if (step * decade >= 5 && step * decade <= members) bound = Math.max(bound, step * decade)
  }
  return bound
}
