import { nearestNames } from '../base/nearest.ts'

/** `Did you mean "x"?`, or undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const [best] = nearestNames(name, known, 1)
  return best === undefined ? undefined : `Did you mean "${best}"?`
}
