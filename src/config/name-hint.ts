import { didYouMean } from '../base/nearest.ts'

/** What may stand where a name stands for nothing: the nearest, or the first ten. Undefined where there is none. */
export const nameHint = (name: string, names: readonly string[]): string | undefined =>
  didYouMean(name, names) ?? listed(names)

function listed(names: readonly string[]): string | undefined {
  return names.length === 0
    ? undefined
    : `Configured: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}.`
}
