import { givesLogprobs } from '../../app/checking/logprob-check.ts'
import { unpricedEmbedders } from '../../app/embedding/embedder.ts'
import { judgesOf, unpricedJudges } from '../../app/judging/verdicts.ts'
import type { Config, Problem, SelectConfig } from '../../config/types.ts'
import type { Catalogue } from '../../routing/catalogue.ts'

/**
 * Judges and embeddings without a price, whose budget cannot be kept, and models whose endpoints give no log
 * probabilities to check.
 */
export function checkSelectors(config: Config, catalogue: Catalogue): Problem[] {
  const unpriced = new Set(unpricedJudges(catalogue))
  const embedders = unpricedEmbedders(catalogue)
  return [...config.models.values()].flatMap(({ name, place, select }): Problem[] => {
    if (!select) return []
    const at = { ...place, path: `models.${name}.select` }
    return [
      ...[...new Set(judgesOf(select))]
        .filter((model) => unpriced.has(model))
        .map((model) => ({
          ...at,
          message: `The budget of the judge ${model} cannot be kept: not all of its endpoints have a price.`,
          hint: 'Give them a "price"; until then, "rpm" limits it (60 a minute by default).',
        })),
      ...embedders
        .filter((model) => model === select.features.embeddings?.model)
        .map((model) => ({
          ...at,
          message: `The budget of embeddings by ${model} cannot be kept: not all of its endpoints have a price.`,
          hint: 'Give them a "price"; until then, "rpm" limits them (600 a minute by default).',
        })),
      ...silentOf(select, catalogue).map((model) => ({
        ...at,
        message: `No endpoint of ${model} is known to give log probabilities, so that "logprob" says nothing of its answers.`,
        hint: 'If one does, list "logprobs" among its "parameters".',
      })),
    ]
  })
}

/** Of the models whose answers are checked: the dearest's are not. */
function silentOf({ from, verify = [] }: SelectConfig, { models }: Catalogue): readonly string[] {
  if (!verify.some(({ check }) => check === 'logprob')) return []
  return from.slice(0, -1).filter((name) => !models.get(name)?.routes.some(givesLogprobs))
}
