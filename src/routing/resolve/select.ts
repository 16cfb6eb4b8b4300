import type { RequestBelief } from '../../outcomes/quality/score-book.ts'
import type { ModelCandidate } from '../../plugins/api.ts'
import { chancesOfBest, draw } from './chances.ts'
import { EXPLORATION, explorationOf, type Worth } from './exploration.ts'

/** Sums over judged answers: see `outcomes/quality-sums`. */
export interface Evidence {
  readonly judged: number
  readonly valid: number
  readonly weight: number
}

/** A model to choose from, with what is known of its answers: in all, and in this class (part of all). */
export interface Arm {
  readonly model: string
  /** USD for this request; undefined when no price is known. */
  readonly priceUsd: number | undefined
  /** The score that a valid answer will get. */
  readonly score: RequestBelief
  readonly all: Evidence | undefined
  readonly class: Evidence | undefined
  /** Where learning began, see `ModelCandidate.prior`. */
  readonly prior?: string | undefined
  /** Why a budget does not allow it to be chosen. Never all of them. */
  readonly overBudget?: string | undefined
}

/** What a choice weighs by. */
export interface Terms {
  /** Share of the best model's quality below which a conversation leaves its model. */
  readonly floor: number
  /** Gain of quality that pays for `spread`, see `Pace`. */
  readonly weight: number
  /** USD; 0: the spread of this request's own prices. */
  readonly spread: number
  /** Requests cost more than a budget just now: not the time to try what is not worth its cost. */
  readonly isLimited?: boolean
}

/** Valid answers are the rule: 98 %, with the weight of ten. */
const VALID = { mean: 0.98, weight: 10 }
/**
 * Of the posterior sd, that is drawn: of what only such requests can tell, and of what any request tells. With less, a
 * model that began badly was never tried again.
 */
const SHARPNESS = { apart: 0.7, all: 0.15 }
/** A single dear request weighs as this many ordinary ones at most. */
const MAX_COST = 4

const NOTHING: Evidence = { judged: 0, valid: 0, weight: 0 }

interface Scored {
  readonly arm: Arm
  /** Quality. */
  readonly mean: number
  readonly sd: number
  /** Of what is drawn. */
  readonly drawSd: number
  /** Above the cheapest, in spreads. */
  readonly cost: number
  /** Quality less what its cost is worth. */
  readonly value: number
}

/**
 * Who is worth its cost: linear Thompson sampling on `quality - weight * cost`. Quality is the chance of a valid answer
 * (a Beta mean) times the score that a valid one will get (`ScoreModel`); cost is what a model takes above the cheapest
 * for this request, in mean spreads of the selector's prices, or by its place in the list where a price is unknown
 * (cheapest first). A share of requests goes to any of them. The propensities are exact. The others follow by quality,
 * as fallbacks. Pure: `random` decides, in [0, 1).
 *
 * `arms`: cheapest first. `home`: the model that the conversation is with, kept while it is good enough by the means.
 */
export function selectModels(
  arms: readonly Arm[],
  terms: Terms,
  random: () => number,
  home?: string,
): { exploration: number; models: ModelCandidate[] } {
  const all = score(arms, terms)
  const scored = all.some(isOverBudget) ? all.filter((each) => !isOverBudget(each)) : all
  // Of equals the dearest: a cheaper model has to show that it is as good.
  const best = scored.reduce((top, each) => (each.mean >= top.mean ? each : top))
  const stays = scored.find(({ arm }) => arm.model === home)
  const kept = stays && (stays === best || stays.mean >= terms.floor * best.mean) ? stays : undefined
  const exploration = kept || terms.isLimited ? EXPLORATION : explorationOf(scored.map(worthOf), terms.floor)
  const chances = kept ? scored.map((each) => (each === kept ? 1 : 0)) : propensitiesOf(scored, exploration)
  const first = scored[draw(chances, random)]!
  const rest = scored.filter((each) => each !== first).sort((a, b) => b.mean - a.mean)
  if (all !== scored) rest.push(...all.filter(isOverBudget))
  const models = [first, ...rest].map((each) => ({
    model: each.arm.model,
    quality: each.mean,
    qualitySd: each.sd,
    drawSd: each.drawSd,
    opinions: each.arm.class?.weight ?? 0,
    ...(each.arm.priceUsd !== undefined && { priceUsd: each.arm.priceUsd }),
    cost: each.cost,
    propensity: chances[scored.indexOf(each)] ?? 0,
    ...(each.arm.prior !== undefined && { prior: each.arm.prior }),
    ...(isOverBudget(each) && { overBudget: true }),
    why: each.arm.overBudget ?? (kept === each ? 'the conversation stays with it' : reason(each, best)),
  }))
  return { exploration, models }
}

const isOverBudget = ({ arm }: Scored): boolean => arm.overBudget !== undefined

const worthOf = ({ arm: { all = NOTHING }, value, mean, sd, drawSd }: Scored): Worth => ({
  value,
  mean,
  sd,
  drawSd,
  opinions: all.weight,
  answers: all.judged,
})

function reason(each: Scored, best: Scored): string {
  if (each === best) return 'best by what is known'
  const share = `${Math.round((100 * each.mean) / best.mean)} % of the best`
  return each.value >= best.value ? `${share}: good enough` : `${share}: too little for what it saves`
}

/** Of each to be tried first, by what it is worth and the sd of its draw; `exploration`: the share that goes to any. */
export const propensitiesOf = (
  worths: readonly { readonly value: number; readonly drawSd: number }[],
  exploration: number,
): number[] =>
  chancesOfBest(
    worths.map(({ value, drawSd }) => ({ value, sd: drawSd })),
    1,
  ).map((chance) => (1 - exploration) * chance + exploration / worths.length)

function score(arms: readonly Arm[], { weight, spread }: Terms): Scored[] {
  const isPriced = arms.every(({ priceUsd }) => priceUsd !== undefined)
  const [least, most] = isPriced ? [arms[0]!.priceUsd!, arms.at(-1)!.priceUsd!] : [0, arms.length - 1]
  const unit = isPriced && spread > 0 ? spread : most - least
  return arms.map((arm, place) => {
    const above = (isPriced ? arm.priceUsd! : place) - least
    const cost = above > 0 ? Math.min(MAX_COST, above / unit) : 0
    const { mean, sd, drawSd } = qualityOf(arm)
    return { arm, mean, sd, drawSd, cost, value: mean - weight * cost }
  })
}

function qualityOf(arm: Arm) {
  const valid = validity(arm)
  const { mean, sd, apart } = arm.score
  const all = Math.hypot(mean * valid.sd, valid.mean * sd)
  const drawSd = Math.hypot(SHARPNESS.all * all, SHARPNESS.apart * valid.mean * apart)
  return { mean: mean * valid.mean, sd: all, drawSd }
}

function validity({ class: { judged, valid } = NOTHING, all = NOTHING }: Arm) {
  const overall = (VALID.weight * VALID.mean + all.valid) / (VALID.weight + all.judged)
  return beta((VALID.weight * overall + valid) / (VALID.weight + judged), VALID.weight + judged)
}

const beta = (mean: number, weight: number) => ({
  mean,
  sd: Math.sqrt((mean * (1 - mean)) / (weight + 1)),
})

/**
 * What an opinion on the chosen model counts above its task, from the propensities of the choice: 1 / p over the sum of
 * all models' 1 / p. Hard tasks go to the good models; unweighted, these would look bad and the cheap ones good
 * (overlap weights: Li, Morgan and Zaslavsky 2018, for more than two Li and Li 2019).
 */
export function overlapWeight(chosen: number, propensities: readonly number[]): number {
  if (!(chosen > 0) || propensities.some((propensity) => propensity <= 0)) return 0
  return 1 / chosen / propensities.reduce((sum, propensity) => sum + 1 / propensity, 0)
}
