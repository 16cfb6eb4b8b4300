import { count, NONE, percent, usd } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import type { CheckedReport } from '../../replay/auto/checked.ts'
import type { Estimate } from '../../replay/auto/estimate.ts'
import type { SelectorReport } from '../../replay/auto/savings.ts'
import type { Screen } from '../colour.ts'
import { type Column, table } from '../table.ts'

const MODELS: readonly Column[] = [
  { title: 'model', shrink: true },
  { title: 'requests', align: 'right' },
  { title: 'of all', align: 'right' },
  { title: 'spent', align: 'right' },
  { title: 'judged', align: 'right' },
  { title: 'good', align: 'right' },
  { title: '95 % interval', align: 'right' },
  { title: 'began with' },
]

/** Money saved against quality measured, for each selector. */
export function autoReportView(reports: readonly SelectorReport[], screen: Screen): string {
  if (reports.length === 0) {
    return 'No request of a selector is on record yet. A model with "select" chooses among others: ask for it by its name.'
  }
  return reports.map((report) => selectorView(report, screen)).join('\n\n')
}

function selectorView(report: SelectorReport, screen: Screen): string {
  const { bold, dim } = screen.palette
  const rows = report.models.map(({ model, prior, requests, spent_usd, unpriced, judged, quality }) => [
    printable(model),
    count(requests),
    percent(requests / report.requests),
    requests > 0 && unpriced === requests ? NONE : usd(spent_usd),
    count(judged),
    quality ? percent(quality.mean) : NONE,
    quality && quality.n > 1 ? shares(quality) : NONE,
    prior === null ? 'a guess' : printable(prior),
  ])
  return [
    `${bold(printable(report.selector))}  ${dim(plural(report.requests, 'request'))}`,
    `${money(report)} ${goodness(report)}`,
    ...(report.checked ? [checking(report.checked, report)] : []),
    table(MODELS, rows, screen),
  ].join('\n')
}

function money(report: SelectorReport): string {
  const { requests, unpriced, spent_usd, saved_usd, always_best_usd, best, compared, checked } = report
  if (unpriced === requests) return 'What was spent is not known: no endpoint that answered has a price.'
  const unknown = unpriced > 0 ? `; what ${plural(unpriced, 'request')} cost is not known and counts as nothing` : ''
  const spent = `${usd(spent_usd)} were spent${unknown}.`
  if (compared === 0 && checked) return spent
  if (!saved_usd || !always_best_usd || always_best_usd.mean <= 0)
    return `${spent} What always asking ${printable(best)} would have cost is not known yet: it was never chosen, or has no price.`
  const { mean, low, high, n } = saved_usd
  const share = percent(Math.abs(mean) / always_best_usd.mean)
  const interval = n > 1 && signed(low) !== signed(high) ? ` (95 %: ${signed(low)} to ${signed(high)})` : ''
  const verb = mean >= 0 ? 'less' : 'more'
  const over = `over ${plural(compared, 'request')} in which every model had a chance`
  return `${spent} That is ${usd(Math.abs(mean))} or ${share} ${verb} than always asking ${printable(best)}${interval}, ${over}.`
}

/** What checks found, and what that cost against always asking the best model. */
function checking(checked: CheckedReport, { best, requests: all, unpriced }: SelectorReport): string {
  const { requests, passed, failed, unknown, escalated, spent_usd, checks_usd, best_usd, saved_usd: saved } = checked
  const checks = `${plural(requests, 'answer')} ${requests === 1 ? 'was' : 'were'} checked before going out`
  const found = `${checks}: ${count(passed)} passed, ${count(failed)} failed, of ${count(unknown)} nothing could be said; in place of ${count(escalated)} a better model was asked.`
  if (unpriced === all) return found
  const cost = `They cost ${usd(spent_usd)}, with those that were thrown away, and their checks ${usd(checks_usd)}`
  if (best_usd === null || !saved) return `${found} ${cost}.`
  const verb = saved.mean >= 0 ? 'less' : 'more'
  const interval = saved.n > 1 ? ` (95 %: ${signed(saved.low)} to ${signed(saved.high)})` : ''
  const other = `: ${usd(Math.abs(saved.mean))} ${verb} than always asking ${printable(best)}, for ${usd(best_usd)}${interval}`
  return `${found} ${cost}${other}.`
}

function goodness({ quality, judged, requests, best, models }: SelectorReport): string {
  if (!quality) {
    return 'Nobody has judged an answer yet, so that nothing is known of what it did to quality: send feedback (POST /v1/feedback), or let select.judge look at a share.'
  }
  // A single answer does not say how far off its figure may be.
  const within = quality.n > 1 ? ` (95 %: ${shares(quality)})` : ''
  const mean = `Of ${count(requests)} answers ${count(judged)} ${judged === 1 ? 'was' : 'were'} judged, and ${percent(quality.mean)} good${within}`
  const other = models.find(({ model }) => model === best)?.quality
  return other
    ? `${mean}; always asking ${printable(best)} would give ${percent(other.mean)}${other.n > 1 ? ` (${shares(other)})` : ''}.`
    : `${mean}.`
}

const shares = ({ low, high }: Estimate) => `${percent(low)} to ${percent(high)}`
const signed = (amount: number) => `${amount < 0 ? '-' : ''}${usd(Math.abs(amount))}`
