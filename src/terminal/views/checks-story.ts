import { percent } from '../../base/format/numbers.ts'
import type { CheckRecord, ModelCandidate } from '../../plugins/api.ts'

/** Whose answer was checked, and what came of it. */
export function checksStory(
  name: string,
  { model: first, why }: ModelCandidate,
  checks: readonly CheckRecord[],
): string {
  const begun = `${name} asked ${first} first (${why}), and checked its answer.`
  const models = [...Map.groupBy(checks, ({ model }) => model)]
  return [begun, ...models.map(([model, own]) => checkedStory(model, own))].join(' ')
}

function checkedStory(model: string, checks: readonly CheckRecord[]): string {
  const failed = checks.find(({ passed }) => passed === false)
  const passed = checks.filter((check) => check.passed).map(({ check }) => check)
  if (!failed)
    return passed.length > 0
      ? `That of ${model} passed ${passed.join(' and ')}, and went out.`
      : `Of that of ${model} nothing could be said, so that it went out.`
  const { check, chance = 0, detail, escalated, next } = failed
  const why = `That of ${model} failed ${check}${detail === undefined ? '' : ` (${detail})`}`
  if (next === undefined) return `${why}, and no model was known to be better.`
  return escalated
    ? `${why}, and ${next} was asked in its place, as in ${percent(chance)} of such cases.`
    : `${why}, but ${next} was not worth its price, as in ${percent(1 - chance)} of such cases.`
}
