import type { RequestType } from '../../base/request-types.ts'
import { featuresOf } from '../../outcomes/quality/features.ts'
import type { QualityBook } from '../../outcomes/quality/quality.ts'
import type { SharedQuality, SharedQualitySource } from '../../outcomes/quality/shared-quality.ts'
import type { ModelCandidate, ModelSelection, RequestRecord } from '../../plugins/api.ts'
import type { Catalogue, RoutableModel } from '../catalogue.ts'
import type { Ledger } from '../plan/parts.ts'
import { chooseAmong, type Member } from './choose-among.ts'
import { EXPLORATION } from './exploration.ts'

export interface ChooseInput {
  readonly catalogue: Catalogue
  readonly quality: QualityBook
  readonly ledger: Ledger
  readonly class: string
  readonly task: string
  readonly type: RequestType
  /** What the request is learned from by, beside its length: see `featuresOf`. */
  readonly names: readonly string[]
  /** Words of its last message, hashed; read when a selector learns from them. */
  readonly words: () => readonly number[]
  readonly embedding: readonly number[] | undefined
  readonly inputTokens: number
  /** The model that the conversation is with. */
  readonly home: string | undefined
  /** Answers are checked before they go out: the cheapest model answers first. */
  readonly isChecked: boolean
  readonly random: () => number
  /** Unix ms. */
  readonly now: number
}

/** How far one request moves the weight of costs, at a cost that is off the budget by as much as the budget. */
const BUDGET_STEP = 0.02
/** A single dear request counts as this many budgets at most; what costs more is asked once that has been saved. */
const MAX_COST_RATIO = 4
/** Why models are asked where answers are checked. */
const CHECKED_FIRST = 'the cheapest, whose answer is checked'
const CHECKED_LATER = 'where a check fails'
/** Budgets that may be saved up, or owed. */
const MAX_SAVED = 1000

/** Orders the models of a selector for one request; undefined for a model that is none. */
export function chooseModel(selector: RoutableModel, input: ChooseInput): ModelSelection | undefined {
  const { select, name } = selector
  if (!select) return undefined
  const { catalogue, quality, task, type, home, isChecked, random, now } = input
  const floor = select.minQuality
  const { inputTokens, names } = input
  const embedding = select.features.embeddings === undefined ? undefined : input.embedding
  const words = embedding || !select.features.words ? undefined : input.words()
  const features = featuresOf({ inputTokens, names, words, embedding })
  const members = select.from.map((name): Member => {
    const model = catalogue.models.get(name)!
    const shared = quality.shared && sharedOf(model, type, quality.shared, now)
    return { model: name, priceUsd: priceOf(model, input), prior: select.priors.get(name), shared }
  })
  const { budgetUsd } = select
  const allowed =
    budgetUsd === undefined ? members : withinBudget(members, budgetUsd, quality.pace(selector.name).saved)
  const { weight, exploration, models } = chooseAmong(allowed, {
    ...placeOf(selector, task, quality),
    floor,
    isChecked,
    class: input.class,
    features,
    home,
    random,
    now,
  })
  return {
    name,
    task,
    type,
    floor,
    weight,
    ...(!isChecked && exploration !== EXPLORATION && { exploration }),
    features,
    ...(embedding ? { by: 'embedding' } : words && words.length > 0 && { by: 'words' }),
    models: isChecked ? inCascade(models, select.from, home) : models,
  }
}

/** Whose pace a selector's request goes by, and what its budget takes of quality at the least. */
export const placeOf = ({ name, select }: RoutableModel, task: string, quality: QualityBook) => ({
  quality,
  place: select?.per === 'task' ? `${name}\n${task}` : name,
  limit: select?.budgetUsd === undefined ? 0 : quality.pace(name).budget,
})

/**
 * The cheapest first, or the conversation's own while it is good enough; those that are cheaper come last then. What
 * the budget leaves too little for is never the first.
 */
function inCascade(chosen: readonly ModelCandidate[], from: readonly string[], home: string | undefined) {
  const isPriced = chosen.every(({ priceUsd }) => priceUsd !== undefined)
  const sorted = from
    .map((name) => chosen.find(({ model }) => model === name)!)
    .sort((a, b) => isOver(a) - isOver(b) || (isPriced ? a.priceUsd! - b.priceUsd! : 0))
  const [{ model, propensity }] = chosen as [ModelCandidate]
  const stays = model === home && propensity === 1
  const start = stays ? sorted.findIndex((each) => each.model === home) : 0
  return [...sorted.slice(start), ...sorted.slice(0, start).reverse()].map((each, at) => ({
    ...each,
    propensity: at === 0 ? 1 : 0,
    ...(!each.overBudget && !(at === 0 && stays) && { why: at === 0 ? CHECKED_FIRST : CHECKED_LATER }),
  }))
}

const isOver = ({ overBudget }: ModelCandidate) => (overBudget ? 1 : 0)

/** Of the first endpoint of which others found something: the rest serve the same model. */
function sharedOf(
  { routes }: RoutableModel,
  type: RequestType,
  source: SharedQualitySource,
  now: number,
): SharedQuality | undefined {
  for (const { endpoint } of routes) {
    const found = source.find(endpoint.id, type, now)
    if (found) return found
  }
  return undefined
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
 * Says of members that cost more than four budgets whether enough has been saved for them: what is asked for a budget
 * then and now would exceed it for good, however much costs weigh. The cheapest may always be asked, the others where no
 * other answers.
 */
function withinBudget(members: readonly Member[], budgetUsd: number, saved: number): Member[] {
  const least = Math.min(...members.map(({ priceUsd = 0 }) => priceUsd))
  const left = Math.max(0, saved + budgetUsd)
  return members.map((member) => {
    const { priceUsd = 0 } = member
    if (priceUsd <= MAX_COST_RATIO * budgetUsd || priceUsd <= left || priceUsd === least) return member
    const overBudget = `only where no other answers: it costs ${shown(priceUsd)}, and the budget leaves ${shown(left)} just now`
    return { ...member, overBudget }
  })
}

const shown = (usd: number) => `$${Number(usd.toPrecision(3))}`

/**
 * Keeps a selector's mean cost at its budget: costs weigh more while requests cost more, and less while they cost less
 * (dual ascent, as in online knapsack problems). After a request of a selector with a budget.
 */
export function keepBudget(
  selector: RoutableModel | undefined,
  { attempts }: Pick<RequestRecord, 'attempts'>,
  quality: QualityBook,
  checksUsd = 0,
): void {
  const budgetUsd = selector?.select?.budgetUsd
  if (!selector || budgetUsd === undefined) return
  const cost = attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? 0), checksUsd)
  const step = BUDGET_STEP * (Math.min(MAX_COST_RATIO, cost / budgetUsd) - 1)
  const pace = quality.pace(selector.name)
  const most = MAX_SAVED * budgetUsd
  quality.setPace(selector.name, {
    ...pace,
    budget: Math.min(1, Math.max(0, pace.budget + step)),
    saved: Math.min(most, Math.max(-most, pace.saved + budgetUsd - cost)),
  })
}
