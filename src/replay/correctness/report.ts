import { percent } from '../../base/format/numbers.ts'
import { plural } from '../../base/format/text.ts'
import type { ReplayReport, ReportRow } from '../report/types.ts'
import type { CorrectnessEvaluation, CorrectnessSetting } from './evaluate.ts'

/**
 * The evaluation as a table and plots: for each setting the calls at the target, then its whole curve, then what to
 * compare with.
 */
export function correctnessReport(evaluation: CorrectnessEvaluation): ReplayReport {
  const { prompts, cheap, strong, seeds, target, references, settings } = evaluation
  const { cheap_accuracy, coin_calls, hindsight_calls } = references
  const goal = percent(target)
  const known = (name: string, calls: number, accuracy: number): ReportRow => ({
    name,
    baseline: true,
    value: calls,
    interval: null,
    more: [percent(accuracy)],
  })
  return {
    title: 'Which cheaper model is good enough',
    facts: `${plural(prompts, 'prompt')} answered by ${cheap} and by ${strong}, each played up to ${plural(seeds, 'time')} in random order`,
    value: `share of calls to ${strong}`,
    more: ['accuracy'],
    curve: { title: `Accuracy over min_quality, relative to ${strong}`, x: 'point' },
    rows: [
      ...settings.flatMap((setting) => rowsOf(setting, goal)),
      known(`only ${cheap}`, 0, cheap_accuracy),
      known(`only ${strong}`, 1, 1),
      known('a coin', coin_calls, target),
      known('tasks sorted in hindsight', hindsight_calls, target),
    ],
    notes: [
      `Accuracy: right answers, as a share of those of ${strong} alone. Of each setting first the calls at which its curve passes ${goal}, "-" when it never does.`,
      'The selector (models.NAME.select) begins with nothing, learns from the answers of the models that it chose and no others, and from those of them that somebody judges.',
      'Prices are as 1 to 10. A coin sends requests to either model blindly; in hindsight the tasks that gain most from the strong model get it.',
    ],
  }
}

function rowsOf(
  {
    name,
    seeds,
    curve,
    calls_at_target = Number.NaN,
    calls_at_target_range: range,
    worse_than_coin,
  }: CorrectnessSetting,
  goal: string,
): ReportRow[] {
  const points = curve.map(({ min_quality, calls, accuracy }) => ({
    name: `min_quality ${min_quality}`,
    baseline: false,
    value: calls,
    interval: null,
    more: [percent(accuracy)],
  }))
  const loses = worse_than_coin.length > 0 ? ` (a coin is better at ${worse_than_coin.join(', ')})` : ''
  const spread = range ? `: ${plural(seeds, 'play')}, ${percent(range[0])} to ${percent(range[1])}` : ''
  const head = {
    name: `${name}${spread}${loses}`,
    baseline: false,
    value: calls_at_target,
    interval: null,
    more: [goal],
  }
  return [{ ...head, curve: curve.map(({ accuracy }) => accuracy) }, ...points]
}
