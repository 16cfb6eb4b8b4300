import { unpricedJudges } from '../../app/judging/verdicts.ts'
import type { Config, Problem } from '../../config/types.ts'
import type { Catalogue } from '../../routing/catalogue.ts'

/** Judges without a price, who are never asked, and checks by log probabilities that no endpoint gives. */
export function checkJudges(config: Config, catalogue: Catalogue): Problem[] {
  const unpriced = new Set(unpricedJudges(catalogue))
  return [...config.models.values()].flatMap(({ name, place, select }): Problem[] => {
    const judges = [select?.judge, ...(select?.verify ?? []).filter(({ check }) => check === 'judge')]
    const asked = judges.flatMap((judge) =>
      judge && 'model' in judge && unpriced.has(judge.model) ? [judge.model] : [],
    )
    return [...new Set(asked)].map((model) => ({
      ...place,
      path: `models.${name}.select`,
      message: `The judge ${model} is never asked: not all of its endpoints have a price, so that its budget cannot be kept.`,
      hint: 'Give them a "price".',
    }))
  })
}
