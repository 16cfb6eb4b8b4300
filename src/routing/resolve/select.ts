import type { ModelCandidate } from '../../plugins/api.ts'
import type { QualityPrior } from '../catalogue.ts'

/** Sums over judged answers: see `outcomes/quality-sums`. */
export interface Evidence {
  readonly judged: number
  readonly valid: number
  readonly weight: number
  readonly good: number
}

/**
 * A model to choose from, with what is known of its answers: in all, in this class (part of all), in this task (part of
 * the class).
 */
export interface Arm {
  readonly model: string
  /** USD for this request; undefined when no price is known. */
  readonly priceUsd: number | undefined
  /** Default: nothing is known of it beforehand. */
  readonly prior?: QualityPrior | undefined
  readonly all: Evidence | undefined
  readonly class: Evidence | undefined
  readonly task: Evidence | undefined
}

/** Where a model starts from, and the weight of that guess, in opinions: so little that twenty of them settle it. */
const START: QualityPrior = { quality: 0.75, weight: 2 }
/** Valid answers are the rule: 98 %, with the weight of ten. */
const VALID = { mean: 0.98, weight: 10 }
/** What a parent level is worth to its child, in opinions. */
const CLASS_KAPPA = 10
const TASK_KAPPA = 20
/** How soon the answers of all models together say that a task is harder or easier than its class. */
const DIFFICULTY_KAPPA = 10
/** Draws are taken with half the posterior sd, as with endpoints. */
const SHARPNESS = 0.5
/** Share of requests that try any of the models: what is never tried is never found to have become better. */
const EXPLORATION = 0.02

const NOTHING: Evidence = { judged: 0, valid: 0, weight: 0, good: 0 }

interface Belief {
  readonly mean: number
  readonly sd: number
}

interface Scored extends Belief {
  readonly arm: Arm
}

/**
 * The cheapest model that is good enough: Thompson sampling on "its quality is at least `floor` times the best one's".
 * Quality is the chance of a valid answer times the chance that a valid answer is good; both are Beta means with
 * shrinkage (`qualitiesOf`). From the cheapest up, a model k is taken with probability
 *
 *     Phi((q_k - floor * q_best) / (0.5 sd))        sd^2 = sd_k^2 + floor^2 sd_best^2
 *
 * and the best one when its turn comes; 2 % go to any of them. The propensities are exact. The others follow by
 * quality, as fallbacks. Prices order the models when all are known, else their place in the list does (cheapest
 * first). Pure: `random` decides, in [0, 1).
 *
 * `home`: the model that the conversation is with, kept while it is good enough by the means.
 */
export function selectModels(
  arms: readonly Arm[],
  floor: number,
  random: () => number,
  home?: string,
): ModelCandidate[] {
  const scored = qualitiesOf(byPrice(arms))
  // Of equals the dearest: a cheaper model has to show that it is as good.
  const best = scored.reduce((top, each) => (each.mean >= top.mean ? each : top))
  const stays = scored.find(({ arm }) => arm.model === home)
  const kept = stays && (stays === best || stays.mean >= floor * best.mean) ? stays : undefined
  const chances = kept ? scored.map((each) => (each === kept ? 1 : 0)) : chancesOf(scored, best, floor)
  const first = scored[draw(chances, random)]!
  const rest = scored.filter((each) => each !== first).sort((a, b) => b.mean - a.mean)
  return [first, ...rest].map((each) => ({
    model: each.arm.model,
    quality: each.mean,
    qualitySd: each.sd,
    opinions: each.arm.class?.weight ?? 0,
    ...(each.arm.priceUsd !== undefined && { priceUsd: each.arm.priceUsd }),
    propensity: chances[scored.indexOf(each)]!,
    why:
      kept === each
        ? 'the conversation stays with it'
        : each === best
          ? 'best by what is known'
          : reason(each, best, floor),
  }))
}

function reason(each: Scored, best: Scored, floor: number): string {
  const share = `${Math.round((100 * each.mean) / best.mean)} % of the best`
  return each.mean >= floor * best.mean ? `${share}: good enough` : `${share}: below ${Math.round(100 * floor)} %`
}

function chancesOf(scored: readonly Scored[], best: Scored, floor: number): number[] {
  let left = 1
  const chances = scored.map((each) => {
    const sd = SHARPNESS * Math.hypot(each.sd, floor * best.sd)
    const chance = each === best ? left : left * phi((each.mean - floor * best.mean) / sd)
    left -= chance
    return chance
  })
  return chances.map((chance) => (1 - EXPLORATION) * chance + EXPLORATION / scored.length)
}

/** Cheapest first: by price when all are known, else as listed. */
function byPrice(arms: readonly Arm[]): readonly Arm[] {
  const isPriced = arms.every(({ priceUsd }) => priceUsd !== undefined)
  return isPriced ? [...arms].sort((a, b) => a.priceUsd! - b.priceUsd!) : arms
}

function draw(chances: readonly number[], random: () => number): number {
  let point = random()
  for (const [index, chance] of chances.entries()) {
    point -= chance
    if (point < 0) return index
  }
  return chances.findLastIndex((chance) => chance > 0)
}

/**
 * Each model's quality for a request. The class's mean of a model shrinks towards its mean over all classes; a task's
 * towards that of its class, moved by how much harder or easier the task has been for all the models together. What a
 * level knows contains what the one below it knows, weighted so that the models can be compared (`overlapWeight`).
 */
function qualitiesOf(arms: readonly Arm[]): Scored[] {
  const levels = arms.map((arm) => {
    const start = arm.prior ?? START
    const { mean, weight } = shrink({ mean: start.quality, weight: start.weight }, arm.all, start.weight)
    return { arm, ...shrink({ mean, weight }, arm.class, CLASS_KAPPA) }
  })
  const seen = levels.reduce((sum, { arm }) => sum + (arm.task?.weight ?? 0), 0)
  const surplus = levels.reduce(
    (sum, { arm, mean }) => sum + (arm.task ? arm.task.good - arm.task.weight * mean : 0),
    0,
  )
  const shift = surplus / (DIFFICULTY_KAPPA + seen)
  return levels.map(({ arm, mean, weight }) => {
    const parent = { mean: Math.min(0.999, Math.max(0.001, mean + shift)), weight }
    const own = shrink(parent, arm.task, arm.task ? TASK_KAPPA : weight)
    const opinion = beta(own.mean, own.weight)
    const valid = validity(arm)
    return {
      arm,
      mean: opinion.mean * valid.mean,
      sd: Math.hypot(opinion.mean * valid.sd, valid.mean * opinion.sd),
    }
  })
}

/** A level's mean and its weight, with its parent worth at most `kappa` opinions. */
function shrink(
  parent: { readonly mean: number; readonly weight: number },
  { weight, good }: Evidence = NOTHING,
  kappa: number,
) {
  const worth = Math.min(kappa, parent.weight)
  return { mean: (worth * parent.mean + good) / (worth + weight), weight: worth + weight }
}

function validity({ class: { judged, valid } = NOTHING, all = NOTHING }: Arm): Belief {
  const overall = (VALID.weight * VALID.mean + all.valid) / (VALID.weight + all.judged)
  return beta((VALID.weight * overall + valid) / (VALID.weight + judged), VALID.weight + judged)
}

const beta = (mean: number, weight: number): Belief => ({ mean, sd: Math.sqrt((mean * (1 - mean)) / (weight + 1)) })

/**
 * What an opinion on the chosen model counts above its task, from the propensities of the choice: 1 / p over the sum of
 * all models' 1 / p. Hard tasks go to the good models; unweighted, these would look bad and the cheap ones good
 * (overlap weights: Li, Morgan and Zaslavsky 2018, for more than two Li and Li 2019).
 */
export function overlapWeight(chosen: number, propensities: readonly number[]): number {
  if (!(chosen > 0) || propensities.some((propensity) => propensity <= 0)) return 0
  return 1 / chosen / propensities.reduce((sum, propensity) => sum + 1 / propensity, 0)
}

/** The standard normal's distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function phi(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    0.3989422804014327 *
    Math.exp((-x * x) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? 1 - tail : tail
}
