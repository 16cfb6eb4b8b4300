import { publishedQualities } from '../catalogue/quality.ts'
import type { ModelConfig, SelectConfig } from '../config/types.ts'
import type { QualityPrior } from '../routing/catalogue.ts'

/** What a guess is worth, in opinions: an operator's word, a benchmark's of other questions, the order of the list. */
const WORTH = { declared: 20, published: 8, listed: 8 }
/** Of the best model, where a benchmark says how models compare and nobody how good they are. */
const BEST = 0.85
const MAX_QUALITY = 0.98

/**
 * Where a selector begins with each of its models: with what the operator declares of it; else, where one public
 * benchmark knows all of them, in the benchmark's proportion to the first that is declared, or to the best one; else,
 * where others are declared, as good as the next declared one behind it in the list, and half-way to 1 behind the last.
 * Nothing is said of models that nobody knows anything of.
 */
export function qualityPriors(
  { from, qualities = new Map() }: Pick<SelectConfig, 'from' | 'qualities'>,
  models: ReadonlyMap<string, Pick<ModelConfig, 'endpoints'>>,
): ReadonlyMap<string, QualityPrior> {
  const published = publishedQualities(from.map((name) => models.get(name)!.endpoints.map(({ model }) => model)))
  const anchor = from.findIndex((name) => qualities.has(name))
  const priors = new Map<string, QualityPrior>()
  for (const [at, name] of from.entries()) {
    const declared = qualities.get(name)
    if (declared !== undefined) priors.set(name, { quality: declared, weight: WORTH.declared })
    else if (published) {
      const { figures, benchmark } = published
      const [of, known] = anchor < 0 ? [Math.max(...figures), BEST] : [figures[anchor]!, qualities.get(from[anchor]!)!]
      const quality = Math.min(MAX_QUALITY, (known * figures[at]!) / of)
      priors.set(name, { quality, weight: WORTH.published, source: benchmark })
    } else if (anchor >= 0)
      priors.set(name, { quality: byPlace(from, at, qualities), weight: WORTH.listed, source: 'list' })
  }
  return priors
}

/** Dearer models are listed for being better. */
function byPlace(from: readonly string[], at: number, qualities: ReadonlyMap<string, number>): number {
  const next = from.slice(at).find((name) => qualities.has(name))
  if (next !== undefined) return qualities.get(next)!
  return (Math.max(...qualities.values()) + 1) / 2
}
