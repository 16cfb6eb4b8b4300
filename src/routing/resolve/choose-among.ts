import { type Features, PRIOR_WEIGHT } from '../../outcomes/quality/features.ts'
import type { Pace } from '../../outcomes/quality/pace.ts'
import type { QualityBook } from '../../outcomes/quality/quality.ts'
import type { ScorePrior } from '../../outcomes/quality/score-book.ts'
import type { SharedQuality } from '../../outcomes/quality/shared-quality.ts'
import type { ModelCandidate } from '../../plugins/api.ts'
import type { QualityPrior } from '../catalogue.ts'
import { inOrder } from './draw-order.ts'
import { type Arm, selectModels } from './select.ts'

/** A model to choose from. */
export interface Member {
  readonly model: string
  /** USD for this request; undefined when no price is known. */
  readonly priceUsd: number | undefined
  /** Where learning begins; default: `PRIOR`. */
  readonly prior?: QualityPrior | undefined
  /** What other routers found. */
  readonly shared?: SharedQuality | undefined
  /** Why a budget does not allow it to be chosen now. */
  readonly overBudget?: string | undefined
}

export interface ChoiceInput {
  readonly quality: QualityBook
  /** Whose pace it goes by: a selector, or a task of one. */
  readonly place: string
  readonly floor: number
  /** The least weight of costs, from a budget; 0 without one. */
  readonly limit: number
  /** Who answers is not known before the answer has been checked: the pace is kept then. */
  readonly isChecked?: boolean
  readonly class: string
  readonly features: Features
  /** The model that the conversation is with. */
  readonly home?: string | undefined
  readonly random: () => number
  /** Unix ms. */
  readonly now: number
}

/**
 * A cheaper model is taken to be worse than the dearest until it has shown that it is not: answers of the cheapest are
 * good in 70 of 100, of the dearest in 75.
 */
const PRIOR = { cheapest: 0.7, dearest: 0.75 }
/**
 * What the cheapest's answers lose against the dearest's with each step of the length, until there are opinions: weaker
 * models bear long prompts worse (Hsieh et al. 2024, RULER; Levy et al. 2024).
 */
const PER_STEP = -0.03
/** How far one request moves the weight of costs, for quality that is off by all of it. */
const STEP = 0.01
/** Share of requests to dear models below which the weight grows slower. */
const FEW = 0.1
/** Of the sd, above the mean, in what the best model's quality is taken to be. */
const HOPE = 0.5
/** How far below its usual bound the weight of costs may go, so that a model that may be the best is tried: HOPEs. */
const TRIAL = 2
/** Share of the latest request in running means. */
const LATEST = 0.02

/** Orders the models for one request, the one to try first first, and moves the selector's pace. */
export function chooseAmong(
  members: readonly Member[],
  input: ChoiceInput,
): { weight: number; exploration: number; models: ModelCandidate[] } {
  const { quality, place, floor, limit, features, now } = input
  const pace = quality.pace(place)
  const weight = limit > 0 ? Math.max(pace.weight, limit) : pace.weight
  // One figure alone says nothing of how models compare.
  const isComparable = members.filter(({ prior, shared }) => shared ?? (prior && isDeclared(prior))).length > 1
  const arms = inOrder(members).map(({ model, priceUsd, prior, shared, overBudget }, rank): Arm => {
    const share = rank / Math.max(1, members.length - 1)
    const presumed: ScorePrior = {
      quality: PRIOR.cheapest + (PRIOR.dearest - PRIOR.cheapest) * share,
      weight: PRIOR_WEIGHT,
      perStep: PER_STEP * (1 - share),
    }
    // The operator's word wins; what is published is weighed by the variance of either.
    const others = isComparable && !(prior && isDeclared(prior)) ? shared : undefined
    return {
      model,
      priceUsd,
      score: quality.expect(model, features, prior ?? presumed, now, others),
      prior: sourceOf(prior, others),
      all: quality.read(model, undefined, undefined, now),
      class: quality.read(model, input.class, undefined, now),
      overBudget,
    }
  })
  const terms = { floor, weight, spread: pace.spread, isLimited: limit > 0 && limit > pace.weight }
  const { exploration, models } = selectModels(arms, terms, input.random, input.home)
  if (!input.isChecked) adjustQualityFloor(models, input)
  return { weight, exploration, models }
}

const isDeclared = ({ source }: QualityPrior): boolean => source === undefined

/** What `ModelCandidate.prior` says. */
function sourceOf(prior: QualityPrior | undefined, shared: SharedQuality | undefined): string | undefined {
  if (!shared) return prior && (prior.source ?? 'declared')
  return prior ? `map and ${prior.source}` : 'map'
}

/** After a choice. `answered`: see `paceAfter`. */
export function adjustQualityFloor(
  models: readonly ModelCandidate[],
  { quality, place, floor, limit }: Pick<ChoiceInput, 'quality' | 'place' | 'floor' | 'limit'>,
  answered?: Answered,
): void {
  const pace = quality.pace(place)
  // Where the budget rules, quality is below its floor, and its weight stays what it was.
  quality.setPace(place, paceAfter(pace, models, floor, limit > pace.weight, answered))
}

export interface Answered {
  readonly quality: number
  readonly cheapest: number
}

const byPropensity = (models: readonly ModelCandidate[]): Answered => ({
  quality: models.reduce((sum, { quality, propensity }) => sum + propensity * quality, 0),
  cheapest: models.find(({ cost }) => cost === 0)?.propensity ?? 0,
})

/**
 * Keeps the quality that is expected of all requests on average at `floor` times the best model's: costs weigh more
 * while it is above, and less while it is below (dual ascent, as in online knapsack problems). `answered`: what
 * is expected of this request and the chance that the cheapest model answers it, default: by the propensities.
 */
export function paceAfter(
  pace: Pace,
  models: readonly ModelCandidate[],
  floor: number,
  isLimited: boolean,
  answered = byPropensity(models),
): Pace {
  const asked = models.filter(({ overBudget }) => !overBudget)
  // Of a model that few opinions speak of, more is to be hoped: else one that began badly is never asked again.
  const hope = asked.some(({ opinions }) => opinions > 0) ? HOPE : 0
  const best = Math.max(...asked.map(({ quality, qualitySd }) => quality + hope * qualitySd))
  const surplus = answered.quality - floor * best
  // Where next to nothing goes to dear models as it is, more weight would only keep them from being tried again.
  const speed = surplus > 0 ? Math.min(1, pace.dear / FEW) : 1
  // What each request may lack by itself, all of them may; below that, a model is tried that may be better than known.
  const hoped = asked.find(({ quality, qualitySd }) => quality + hope * qualitySd === best)!
  const least = (1 - floor) * best - hope * TRIAL * hoped.qualitySd
  const moved = Math.min(1, Math.max(least, pace.weight + STEP * speed * surplus))
  const prices = models.flatMap(({ priceUsd }) => priceUsd ?? [])
  const spread = prices.length < models.length ? 0 : Math.max(...prices) - Math.min(...prices)
  return {
    ...pace,
    weight: isLimited ? Math.max(pace.weight, moved) : moved,
    dear: pace.dear + LATEST * (1 - answered.cheapest - pace.dear),
    spread: pace.spread === 0 ? spread : pace.spread + LATEST * (spread - pace.spread),
  }
}
