import { percent, usd } from '../../base/format/numbers.ts'
import { plural } from '../../base/format/text.ts'
import { figure } from '../report/text.ts'
import type { ReplayReport, ReportRow } from '../report/types.ts'
import { LEFT_OUT, type LeftOut } from './logged-row.ts'
import type { Objective } from './loss.ts'
import type { Estimate } from './ratio.ts'
import type { EvaluatedStrategy, LogEvaluation } from './report-types.ts'

const OBJECTIVE: Readonly<Record<Objective, string>> = {
  total: 'time to the whole answer',
  ttft: 'time to the first token',
  t200: 'time to 200 tokens',
}

/**
 * The evaluation as a table and plot for people: the logged choices first, then every strategy, then what cannot be
 * said.
 */
export function logReport(evaluation: LogEvaluation): ReplayReport {
  const { log, logged, objective, value_of_time, strategies, caveats } = evaluation
  const span = log.from === undefined ? '' : `, ${log.from.slice(0, 16)} to ${log.to?.slice(0, 16)} UTC`
  const facts = `${plural(log.rows, 'decision')} of ${plural(log.requests, 'request')}${span}; an hour of waiting costs ${usd(value_of_time)}`
  const rows = strategies.filter((strategy) => strategy.evaluated).map(rowOf)
  return {
    title: `Decision log, ${OBJECTIVE[objective]}`,
    facts,
    value: 'mean loss (doubly robust)',
    more: ['against the log', 'SNIPS', 'IPS', 'direct', 'ESS', 'success', 'TTFT', 'cost'],
    rows: logged ? [loggedRow(logged), ...rows] : rows,
    remarks: remarksOf(evaluation),
    notes: [
      ...(rows.length > 0 ? [LOSS, READING] : []),
      ...caveats,
      ...Object.entries(log.left_out).map(
        ([reason, count]) => `Left out: ${plural(count, 'request')}, since ${LEFT_OUT[reason as LeftOut]}.`,
      ),
    ],
  }
}

/** Less is rounding. */
const MIN_SHARE_SHOWN = 1e-6

const LOSS =
  'The loss of a first choice is the seconds waited, its price at the value of time, and 20 s when it failed. Logged choices are averaged; the strategies are estimated from their overlap with them.'
const READING =
  'Against the log: the change on the same requests, below zero is better; only an interval without zero says anything. ESS: what the log is worth for this strategy in independent requests. Direct: where all weights are alike, a plain mean.'

function loggedRow({ loss_s, success_rate, ttft_s, cost_usd }: NonNullable<LogEvaluation['logged']>): ReportRow {
  const more = ['-', '-', '-', '-', '-', percent(success_rate.value), seconds(ttft_s), usd(cost_usd.value)]
  return { name: 'as logged', baseline: true, value: loss_s.value, interval: loss_s.ci95, more }
}

function rowOf({ name, loss_s, difference_s, ess, success_rate, ttft_s, cost_usd }: EvaluatedStrategy): ReportRow {
  const { dr, snips, ips, replay } = loss_s
  const { value, ci95 } = difference_s
  const change = `${signed(value)} (${signed(ci95[0])} to ${signed(ci95[1])})`
  const direct = replay ? figure(replay.value) : '-'
  const more = [
    change,
    snips.value,
    ips.value,
    direct,
    Math.round(ess).toLocaleString('en-US'),
    percent(success_rate.value),
  ]
  return {
    name,
    baseline: false,
    value: dr.value,
    interval: dr.ci95,
    more: [...more, seconds(ttft_s), usd(cost_usd?.value)],
  }
}

function remarksOf({ log, strategies }: LogEvaluation): string[] {
  if (log.requests === 0) return [`There is no request on record in ${log.directory}.`]
  return strategies.flatMap((strategy) => {
    const lost = strategy.evaluated && strategy.lost_share > MIN_SHARE_SHOWN ? strategy.lost_share : 0
    if (!strategy.evaluated) return [`${strategy.name} cannot be evaluated: ${strategy.reason.replace(/\.$/, '')}.`]
    return lost > 0
      ? [
          `${strategy.name}: the log says nothing of ${percent(lost)} of its decisions; the interval does not allow for them.`,
        ]
      : []
  })
}

const signed = (value: number) => (value < 0 ? figure(value) : `+${figure(value)}`)
const seconds = (estimate: Estimate | undefined) => (estimate ? `${figure(estimate.value)} s` : '-')
