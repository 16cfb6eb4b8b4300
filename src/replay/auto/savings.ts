import type { FeedbackRecord } from '../../outcomes/log/feedback-line.ts'
import type { RequestRecord } from '../../plugins/api.ts'

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Observations behind it. */
  readonly n: number
}

export interface ModelShare {
  readonly model: string
  readonly requests: number
  readonly judged: number
  /** USD in all. */
  readonly spent_usd: number
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
  /** What the compared requests would have cost at the best model, and what of it is saved; null: it was never tried. */
  readonly always_best_usd: Estimate | null
  readonly saved_usd: Estimate | null
  readonly quality: Estimate | null
  readonly models: readonly ModelShare[]
}

interface Row {
  readonly model: string
  readonly propensity: number
  readonly costUsd: number
  readonly score?: number
  readonly weight: number
  readonly believed: ReadonlyMap<string, number>
  readonly isCompared: boolean
}

const Z95 = 1.96

/**
 * Of each selector: inverse-propensity estimates (Hájek: weights 1 / propensity, normalised; variance by linearisation)
 * of the cost and quality of always asking its best model, from requests and what was said of their answers. Requests
 * that some model had no chance of getting (a conversation that stays) cannot be compared, and are counted apart.
 */
export class Savings {
  readonly #records = new Map<string, RequestRecord[]>()
  readonly #feedback = new Map<string, FeedbackRecord>()

  request(record: RequestRecord): void {
    const { selection, kind } = record
    if (!selection || selection.models.length === 0 || kind !== 'ok') return
    const own = this.#records.get(selection.name)
    if (own) own.push(record)
    else this.#records.set(selection.name, [record])
  }

  /** The last word counts. */
  feedback(said: FeedbackRecord): void {
    if (!said.counted || said.score === undefined) return
    const before = this.#feedback.get(said.id)
    if (!before || before.time <= said.time) this.#feedback.set(said.id, said)
  }

  report(): SelectorReport[] {
    return [...this.#records].map(([selector, records]) => this.#of(selector, records))
  }

  #of(selector: string, records: readonly RequestRecord[]): SelectorReport {
    const rows = records.map((record) => this.#row(record))
    const compared = rows.filter(({ isCompared }) => isCompared)
    const names = [...new Set(rows.flatMap(({ believed }) => [...believed.keys()]))]
    const models = names.map((model): ModelShare => {
      const own = rows.filter((row) => row.model === model)
      return {
        model,
        requests: own.length,
        judged: own.filter(({ score }) => score !== undefined).length,
        spent_usd: sum(own, ({ costUsd }) => costUsd),
        quality: qualityOf(compared.filter((row) => row.model === model)),
      }
    })
    const believed = (model: string) => sum(rows, (row) => row.believed.get(model) ?? 0) / rows.length
    const rank = ({ model, quality }: ModelShare) => (quality && quality.n >= ENOUGH ? quality.mean : believed(model))
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
      always_best_usd: always,
      saved_usd: always && {
        mean: always.mean - spent,
        low: always.low - spent,
        high: always.high - spent,
        n: always.n,
      },
      quality: hajek(
        rows.filter(({ score }) => score !== undefined),
        ({ weight }) => weight,
        ({ score }) => score!,
      ),
      models,
    }
  }

  #row({ id, model, selection, attempts }: RequestRecord): Row {
    const { models } = selection!
    const [first] = models
    const said = this.#feedback.get(id)
    return {
      model,
      propensity: first!.propensity,
      costUsd: attempts.reduce((total, { costUsd = 0 }) => total + costUsd, 0),
      ...(said && { score: said.score! }),
      weight: said?.weight ?? 1,
      believed: new Map(models.map((each) => [each.model, each.quality])),
      // One that a fallback answered shows what failed, not what was chosen.
      isCompared: first!.model === model && models.every(({ propensity }) => propensity > 0),
    }
  }
}

/** Judged answers from which on opinions say more of a model than what was believed of it. */
const ENOUGH = 5

const qualityOf = (rows: readonly Row[]): Estimate | null =>
  hajek(
    rows.filter(({ score }) => score !== undefined),
    ({ weight, propensity }) => weight / propensity,
    ({ score }) => score!,
  )

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
