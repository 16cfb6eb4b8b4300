import type { FeedbackRecord } from '../../outcomes/log/feedback-line.ts'
import type { RequestRecord } from '../../plugins/api.ts'
import { Checked, type CheckedReport } from './checked.ts'
import { type Estimate, Z95 } from './estimate.ts'

interface ModelShare {
  readonly model: string
  /** Where learning began, see `ModelCandidate.prior`; null: with a guess. */
  readonly prior: string | null
  readonly requests: number
  readonly judged: number
  /** USD in all, and the requests whose cost is not known and counts as nothing. */
  readonly spent_usd: number
  readonly unpriced: number
  /** Share of good answers over the requests of all models, by inverse propensity; null where none is judged. */
  readonly quality: Estimate | null
}

/** What one selector saved, against always asking its best model, and what it did to quality. */
export interface SelectorReport {
  readonly selector: string
  readonly requests: number
  /** Requests where each of the models had a chance: those that can be compared. */
  readonly compared: number
  readonly judged: number
  /** The model with the best answers, by opinions, or by what is believed where there are none. */
  readonly best: string
  readonly spent_usd: number
  /** Requests whose cost is not known and counts as nothing. */
  readonly unpriced: number
  /** What the compared requests would have cost at the best model, and what of it is saved; null: it was not tried. */
  readonly always_best_usd: Estimate | null
  readonly saved_usd: Estimate | null
  readonly quality: Estimate | null
  readonly models: readonly ModelShare[]
  /** Of requests whose answers were checked before they went out; null: there are none. */
  readonly checked: CheckedReport | null
}

/** What is kept of a request: a log has millions. */
interface Answered {
  readonly id: string
  readonly model: string
  readonly propensity: number
  readonly costUsd: number
  readonly isPriced: boolean
  readonly isCompared: boolean
}

interface Row extends Answered {
  readonly score: number | undefined
  readonly weight: number
}

interface Asked {
  readonly answered: Answered[]
  /** Sums over requests of what was believed of each model's quality. */
  readonly believed: Map<string, number>
  /** Of the latest request. */
  readonly priors: Map<string, string>
  readonly checked: Checked
}

/**
 * Of each selector: inverse-propensity estimates (Hájek: weights 1 / propensity, normalised; variance by linearisation)
 * of the cost and quality of always asking its best model, from requests and what was said of their answers. Requests
 * that some model had no chance of getting (a conversation that stays) cannot be compared, and are counted apart.
 */
export class Savings {
  readonly #asked = new Map<string, Asked>()
  readonly #feedback = new Map<string, Pick<FeedbackRecord, 'time' | 'score' | 'weight'>>()

  request(record: RequestRecord): void {
    const { selection, kind, id, model, attempts } = record
    const [first] = selection?.models ?? []
    if (!selection || !first || kind !== 'ok') return
    const asked: Asked = this.#asked.get(selection.name) ?? {
      answered: [],
      believed: new Map(),
      priors: new Map(),
      checked: new Checked(),
    }
    const { answered, believed, checked, priors } = asked
    this.#asked.set(selection.name, asked)
    for (const { model: name, quality, prior } of selection.models) {
      believed.set(name, (believed.get(name) ?? 0) + quality)
      if (prior === undefined) priors.delete(name)
      else priors.set(name, prior)
    }
    const costUsd = sum(attempts, (attempt) => attempt.costUsd ?? 0)
    checked.add(selection, record, costUsd)
    answered.push({
      id,
      model,
      propensity: first.propensity,
      costUsd,
      isPriced: attempts.some((attempt) => attempt.costUsd !== undefined),
      // One that a fallback answered shows what failed, not what was chosen.
      isCompared: first.model === model && selection.models.every(({ propensity }) => propensity > 0),
    })
  }

  /** The last word counts. */
  feedback({ id, time, score, weight = 1, counted }: FeedbackRecord): void {
    if (!counted || score === undefined) return
    const before = this.#feedback.get(id)
    if (!before || before.time <= time) this.#feedback.set(id, { time, score, weight })
  }

  report(): SelectorReport[] {
    return [...this.#asked].map(([selector, asked]) => this.#of(selector, asked))
  }

  #of(selector: string, { answered, believed, checked, priors }: Asked): SelectorReport {
    const rows = answered.map((each) => this.#row(each))
    const compared = rows.filter(({ isCompared }) => isCompared)
    const models = [...believed.keys()].map((model): ModelShare => {
      const own = rows.filter((row) => row.model === model)
      return {
        model,
        prior: priors.get(model) ?? null,
        requests: own.length,
        judged: own.filter(({ score }) => score !== undefined).length,
        spent_usd: sum(own, ({ costUsd }) => costUsd),
        unpriced: unpricedOf(own),
        quality: goodOf(
          compared.filter((row) => row.model === model),
          ({ weight, propensity }) => weight / propensity,
        ),
      }
    })
    const rank = ({ model, quality }: ModelShare) =>
      quality && quality.n >= ENOUGH ? quality.mean : believed.get(model)! / rows.length
    const best = models.reduce((top, each) => (rank(each) > rank(top) ? each : top)).model
    const spent = sum(compared, ({ costUsd }) => costUsd)
    const each = hajek(
      compared.filter((row) => row.model === best),
      ({ propensity }) => 1 / propensity,
      ({ costUsd }) => costUsd,
    )
    const always = each && times(each, compared.length)
    return {
      selector,
      requests: rows.length,
      compared: compared.length,
      judged: rows.filter(({ score }) => score !== undefined).length,
      best,
      spent_usd: sum(rows, ({ costUsd }) => costUsd),
      unpriced: unpricedOf(rows),
      always_best_usd: always,
      saved_usd: always && {
        mean: always.mean - spent,
        low: always.low - spent,
        high: always.high - spent,
        n: always.n,
      },
      quality: goodOf(rows, ({ weight }) => weight),
      models,
      checked: checked.report(best),
    }
  }

  #row(answered: Answered): Row {
    const said = this.#feedback.get(answered.id)
    return { ...answered, score: said?.score, weight: said?.weight ?? 1 }
  }
}

/** Judged answers from which on opinions say more of a model than what was believed of it. */
const ENOUGH = 5

const unpricedOf = (rows: readonly Row[]): number => rows.filter(({ isPriced }) => !isPriced).length

/**
 * The share of good answers among those that were judged, with Wilson's interval for as many as their weights leave
 * (Kish): good ones without an exception do not make it a point.
 */
function goodOf(rows: readonly Row[], weightOf: (row: Row) => number): Estimate | null {
  const judged = rows.filter(({ score }) => score !== undefined)
  if (judged.length === 0) return null
  const total = sum(judged, weightOf)
  const mean = sum(judged, (row) => weightOf(row) * row.score!) / total
  const size = total ** 2 / sum(judged, (row) => weightOf(row) ** 2)
  const pull = Z95 ** 2 / size
  const centre = (mean + pull / 2) / (1 + pull)
  const half = (Z95 * Math.sqrt((mean * (1 - mean) + pull / 4) / size)) / (1 + pull)
  return { mean, low: Math.max(0, centre - half), high: Math.min(1, centre + half), n: judged.length }
}

function hajek(rows: readonly Row[], weightOf: (row: Row) => number, observed: (row: Row) => number): Estimate | null {
  if (rows.length === 0) return null
  const total = sum(rows, weightOf)
  const mean = sum(rows, (row) => weightOf(row) * observed(row)) / total
  const spread = sum(rows, (row) => (weightOf(row) * (observed(row) - mean)) ** 2)
  const n = rows.length
  const sd = (Math.sqrt(spread) / total) * Math.sqrt(n / Math.max(1, n - 1))
  return { mean, low: mean - Z95 * sd, high: mean + Z95 * sd, n }
}

const times = ({ mean, low, high, n }: Estimate, factor: number): Estimate => ({
  mean: factor * mean,
  low: factor * low,
  high: factor * high,
  n,
})

const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0)
