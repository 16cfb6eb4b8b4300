import type { QualityBook } from '../../outcomes/quality/quality.ts'
import type { ModelSelection, RequestRecord } from '../../plugins/api.ts'
import type { Catalogue, RoutableModel } from '../catalogue.ts'
import type { Ledger } from '../plan/parts.ts'
import { type Arm, selectModels } from './select.ts'

export interface ChooseInput {
  readonly catalogue: Catalogue
  readonly quality: QualityBook
  readonly ledger: Ledger
  readonly class: string
  readonly task: string
  readonly inputTokens: number
  /** The model that the conversation is with. */
  readonly home: string | undefined
  readonly random: () => number
  /** Unix ms. */
  readonly now: number
}

/** How far one request moves the floor, at a cost that is off the budget by as much as the budget. */
const PACE_STEP = 0.02
/** A single dear request counts as this many budgets at most. */
const MAX_COST_RATIO = 4

/** Orders the models of a selector for one request; undefined for a model that is none. */
export function chooseModel(selector: RoutableModel, input: ChooseInput): ModelSelection | undefined {
  const { select, name } = selector
  if (!select) return undefined
  const { catalogue, quality, now, task } = input
  const floor = Math.max(0, select.minQuality - (select.budgetUsd === undefined ? 0 : quality.pace(name)))
  const arms = select.from.map((member): Arm => {
    const model = catalogue.models.get(member)!
    return {
      model: member,
      priceUsd: priceOf(model, input),
      prior: select.priors.get(member),
      all: quality.read(member, undefined, undefined, now),
      class: quality.read(member, input.class, undefined, now),
      task: quality.read(member, input.class, task, now),
    }
  })
  return { name, task, floor, models: selectModels(arms, floor, input.random, input.home) }
}

/** Of the cheapest endpoint, for this request. */
function priceOf(model: RoutableModel, { ledger, class: workload, inputTokens }: ChooseInput): number | undefined {
  const output = ledger.expectedOutput(model.name, workload)
  const prices = model.routes
    .map((route) => ledger.price(route, inputTokens, output, 0))
    .filter((price) => price !== undefined)
  return prices.length > 0 ? Math.min(...prices) : undefined
}

/**
 * Keeps a selector's mean cost at its budget: the floor on quality gives way while requests cost more, and comes back
 * while they cost less (dual ascent, as in online knapsack problems). After a request of a selector with a budget.
 */
export function adjustQualityFloor(
  selector: RoutableModel | undefined,
  { attempts }: Pick<RequestRecord, 'attempts'>,
  quality: QualityBook,
): void {
  const { minQuality = 0, budgetUsd } = selector?.select ?? {}
  if (!selector || budgetUsd === undefined) return
  const cost = attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? 0), 0)
  const step = PACE_STEP * (Math.min(MAX_COST_RATIO, cost / budgetUsd) - 1)
  quality.setPace(selector.name, Math.min(minQuality, Math.max(0, quality.pace(selector.name) + step)))
}
