import { percent } from '../../base/format/numbers.ts'
import { readRecords } from '../../outcomes/log/decision-log.ts'
import type { RequestRecord, RoutingStrategy } from '../../plugins/api.ts'
import { LoggedAnswers } from './logged-answers.ts'
import { NotLogged } from './logged-candidate.ts'
import { LEFT_OUT, type LeftOut, type LoggedRow, rowOf } from './logged-row.ts'
import { type LossOptions, MEASURES } from './loss.ts'
import { OutcomeModel } from './outcome-model.ts'
import { Ratio } from './ratio.ts'
import type { LogEvaluation } from './report-types.ts'
import { StrategyEvaluation } from './strategy-evaluation.ts'
import { Target, TargetFailure } from './target.ts'

export interface LogStrategy {
  readonly name: string
  readonly instance: RoutingStrategy
  /** In place of `instance`, for models that have options of their own. */
  readonly byModel?: ReadonlyMap<string, RoutingStrategy>
}

export interface LogOptions extends LossOptions {
  /** Folder of the decision log (`log.outcomes.path`). */
  readonly directory: string
  /** Unix milliseconds; requests that arrived earlier are not looked at. */
  readonly since?: number
  /** Only requests answered by this model. */
  readonly model?: string
  readonly strategies: readonly LogStrategy[]
  /** Random seeds for strategies that only estimate their propensities. */
  readonly seeds: number
}

/** Above this share of hedged or cancelled requests the rest is a choice of the fast ones. */
const MAX_CENSORED_SHARE = 0.05
const MAX_NAMES = 50

/**
 * Estimates off-policy what strategies would have made of the first choices of a decision log: docs/replay.md has the
 * formulas. One pass over the log, oldest first; memory is bounded by one line of it and by the number of endpoints and
 * classes, not by its length.
 */
export async function evaluateLog(options: LogOptions): Promise<LogEvaluation> {
  const tally = new Map<LeftOut, number>()
  const onUnreadable = () => count(tally, 'unreadable')
  const { directory, since } = options
  return evaluateRecords(
    readRecords(directory, { oldestFirst: true, ...(since !== undefined && { since }), onUnreadable }),
    options,
    tally,
  )
}

/**
 * The same for records from anywhere, in the order in which they ended. `leftOut` may hold counts from reading them.
 */
export async function evaluateRecords(
  records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>,
  options: LogOptions,
  leftOut = new Map<LeftOut, number>(),
): Promise<LogEvaluation> {
  const model = new OutcomeModel()
  const logged = new Logged()
  const answers = new LoggedAnswers()
  const runs = options.strategies.map(({ name, instance, byModel }) => ({
    name,
    target: targetsOf(instance, byModel, options.seeds),
    evaluation: new StrategyEvaluation(),
  }))
  let requests = 0
  for await (const record of records) {
    answers.add(record)
    if (options.model !== undefined && record.model !== options.model) continue
    requests += 1
    const row = rowOf(record, options, (endpoint) => answers.before(endpoint, record.time))
    if (typeof row === 'string') {
      count(leftOut, row)
      continue
    }
    logged.add(row, record.strategy)
    const predicted = row.endpoints.map((endpoint) => model.predict(endpoint, row.class))
    for (const { target, evaluation } of runs) judge(row, target(row.model), evaluation, predicted)
    model.add(row.endpoints[row.chosen]!, row.class, row.outcome.values)
  }
  const { directory, objective, valueOfTime, seeds } = options
  return {
    log: { directory, requests, rows: logged.rows, ...logged.span(), left_out: Object.fromEntries(leftOut) },
    objective,
    value_of_time: valueOfTime,
    seeds,
    ...logged.report(),
    strategies: runs.map(({ name, evaluation }) => evaluation.result(name, model)),
    caveats: caveatsOf(requests, logged, leftOut),
  }
}

/** A target for each set of options. */
function targetsOf(
  instance: RoutingStrategy,
  byModel: LogStrategy['byModel'],
  seeds: number,
): (model: string) => Target {
  const common = new Target(instance, seeds)
  const own = new Map([...(byModel ?? [])].map(([model, strategy]) => [model, new Target(strategy, seeds)]))
  return (model) => own.get(model) ?? common
}

function judge(
  row: LoggedRow,
  target: Target,
  evaluation: StrategyEvaluation,
  predicted: readonly Float64Array[],
): void {
  if (evaluation.failed) return
  try {
    evaluation.add(row, target.chances(row), predicted)
  } catch (error) {
    if (error instanceof NotLogged) evaluation.addMissing(error.field)
    else if (error instanceof TargetFailure) evaluation.fail(error.reason)
    else throw error
  }
}

/** What was logged, over the rows that can be judged. */
class Logged {
  rows = 0
  unpriced = 0
  readonly #strategies = new Map<string, number>()
  readonly #loss = new Ratio()
  readonly #success = new Ratio()
  readonly #ttft = new Ratio()
  readonly #cost = new Ratio()
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY

  add({ time, outcome: { values, ok, priced } }: LoggedRow, strategy: string): void {
    this.rows += 1
    if (!priced) this.unpriced += 1
    if (this.#strategies.has(strategy) || this.#strategies.size < MAX_NAMES) count(this.#strategies, strategy)
    this.#from = Math.min(this.#from, time)
    this.#to = Math.max(this.#to, time)
    this.#loss.add(time, values[MEASURES.loss]!)
    this.#success.add(time, values[MEASURES.success]!)
    this.#cost.add(time, values[MEASURES.cost]!)
    if (ok) this.#ttft.add(time, values[MEASURES.ttft]!)
  }

  get blocked(): boolean {
    return this.#loss.blocked
  }

  span(): Pick<LogEvaluation['log'], 'from' | 'to'> {
    if (this.rows === 0) return {}
    return { from: new Date(this.#from).toISOString(), to: new Date(this.#to).toISOString() }
  }

  report(): Pick<LogEvaluation, 'logged'> {
    const [loss, success, cost] = [this.#loss, this.#success, this.#cost].map((ratio) => ratio.estimate())
    if (!loss || !success || !cost) return {}
    const ttft = this.#ttft.estimate()
    const strategies = Object.fromEntries(this.#strategies)
    return {
      logged: { strategies, loss_s: loss, success_rate: success, ...(ttft && { ttft_s: ttft }), cost_usd: cost },
    }
  }
}

function caveatsOf(requests: number, logged: Logged, leftOut: ReadonlyMap<LeftOut, number>): string[] {
  const { rows, unpriced } = logged
  if (rows === 0) return []
  const caveats = [
    'One decision at a time: each is judged with the beliefs, load and outages of the moment. A strategy that had been at work would have learned from other endpoints and loaded them differently; this is not in the figures.',
    'The past is not the future: endpoints change by the day, and the figures are means over the time of the log.',
  ]
  if (!logged.blocked)
    caveats.push(
      'The log has requests in fewer than 20 hours, so intervals take them as independent. They are too narrow if an outage or brown-out fell into it.',
    )
  for (const reason of ['hedged', 'caller'] as const) {
    const share = (leftOut.get(reason) ?? 0) / requests
    if (share > MAX_CENSORED_SHARE) {
      caveats.push(
        `${percent(share)} of the requests are left out because ${LEFT_OUT[reason]}. Slow answers are among them more often than among the rest, so losses come out too low.`,
      )
    }
  }
  if (unpriced > 0)
    caveats.push(`The cost of ${percent(unpriced / rows)} of the decisions is not known and counts as nothing.`)
  return caveats
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
