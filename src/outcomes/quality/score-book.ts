import { BoundedMap } from '../../base/bounded-map.ts'
import type { JsonObject } from '../../plugins/api.ts'
import {
  CONSTANT,
  DIMENSIONS,
  type Features,
  isSpecial,
  LENGTH_STEPS,
  OWN,
  PRIOR_WEIGHT,
  SHARED,
  withModel,
} from './features.ts'
import { ScoreModel } from './score-model.ts'
import type { SharedQuality } from './shared-quality.ts'

const MODELS = 64
/** Variance of a score about its mean: a half right, a half wrong. */
const NOISE = 0.25

/** The mean score of a model of which nothing has been learned, and how many opinions that is worth: 8 or more. */
export interface ScorePrior {
  readonly quality: number
  readonly weight: number
  /** How much better or worse its answers are with each step of the length, four times as long; default 0. */
  readonly perStep?: number
}

export interface ScoreBelief {
  readonly mean: number
  readonly sd: number
}

export interface RequestBelief extends ScoreBelief {
  /** sd of what is special in such a request, beside its length, beside what is special in usual ones. */
  readonly apart: number
}

export interface Scored {
  readonly model: string
  readonly features: Features
  readonly score: number
  /** Below zero: it is taken back. */
  readonly weight: number
  /** Unix ms. */
  readonly at: number
}

/**
 * A model's own regression, with its coefficients as last worked out: `fixed + quality * ofPrior + perStep * ofLength`.
 */
class Own {
  readonly model: ScoreModel
  readonly fixed = new Float64Array(DIMENSIONS)
  readonly ofPrior = new Float64Array(DIMENSIONS)
  readonly ofLength = new Float64Array(DIMENSIONS)
  readonly level: Features
  /** See `ScoreModel.usual`. */
  readonly usual = new Float64Array(DIMENSIONS)
  usualVariance = 0
  /** Revision of the own level for which what is usual holds. */
  usualRevision = -1
  /** Revision of both levels for which the coefficients hold. */
  revision = -1

  constructor(name: string, model = new ScoreModel(OWN)) {
    this.model = model
    this.level = withModel([], name)
  }
}

/**
 * How good models' answers are, by the features of a request, in two levels (as in empirical Bayes): what all models
 * find hard is learned from all scores, with a level for each model, and is where each model's own regression begins.
 * So ten opinions on a dear model in a new task say something of the cheap one. Coefficients are worked out once after
 * each opinion.
 */
export class ScoreBook {
  #shared = new ScoreModel(SHARED)
  readonly #fixed = new Float64Array(DIMENSIONS)
  readonly #ofPrior = new Float64Array(DIMENSIONS)
  #revision = -1
  readonly #own = new Map<string, Own>()
  /** Those of which nothing is learned: to ask for them makes no other one forgotten. */
  readonly #unknown = new BoundedMap<string, Own>(MODELS)

  learn({ model, features, score, weight, at }: Scored): void {
    this.#shared.learn(withModel(features, model), score, weight, at)
    const own = this.#own.get(model) ?? this.#unknown.get(model) ?? new Own(model)
    this.#keep(model, own)
    own.model.learn(features, score, weight, at)
  }

  /** `shared`: so many opinions of others on requests like this one. */
  expect(name: string, features: Features, prior: ScorePrior, now: number, shared?: SharedQuality): RequestBelief {
    this.#shared.advanceAtLast(now)
    if (this.#revision !== this.#shared.revision) this.#refreshShared()
    let own = this.#own.get(name) ?? this.#unknown.get(name)
    if (!own) {
      own = new Own(name)
      this.#unknown.set(name, own)
    }
    own.model.advanceAtLast(now)
    const revision = this.#revision + own.model.revision
    if (own.revision !== revision) this.#refresh(own, revision)
    const { fixed, ofPrior, ofLength, model } = own
    const { perStep = 0 } = prior
    let mean = 0
    let withUsual = 0
    let special = 0
    for (let i = 0; i < features.length; i += 2) {
      if (isSpecial(features[i]!)) withUsual += own.usual[features[i]!]! * features[i + 1]!
      else special = i + 2
      const [at, value] = [features[i]!, features[i + 1]!]
      mean += (fixed[at]! + prior.quality * ofPrior[at]! + perStep * ofLength[at]!) * value
    }
    let variance = model.variance(features)
    let apart = Math.max(0, model.variance(features, special) - 2 * withUsual + own.usualVariance)
    // What the prior is worth above its weight acts as so many opinions on the constant alone.
    const more = prior.weight - PRIOR_WEIGHT
    if (more > 0) {
      const covariance = model.withConstant(features)
      const gain = (more * covariance) / (1 + more * model.variance(ALONE))
      mean +=
        gain * (prior.quality - fixed[CONSTANT]! - prior.quality * ofPrior[CONSTANT]! - perStep * ofLength[CONSTANT]!)
      variance -= gain * covariance
    }
    if (shared) {
      const gain = (shared.weight * variance) / (1 + shared.weight * variance)
      mean += gain * (shared.quality - mean)
      variance -= gain * variance
      apart -= gain * apart
    }
    return { mean: Math.min(1, Math.max(0, mean)), sd: sdOf(variance), apart: sdOf(apart) }
  }

  /** Forgets what is too old, of one model at a time. True where there may be more to do. */
  advance(now: number): boolean {
    if (this.#shared.advance(now)) return true
    for (const { model } of this.#own.values()) if (model.advance(now)) return true
    return false
  }

  encode(): JsonObject {
    return { shared: this.#shared.encode(), own: [...this.#own].map(([name, { model }]) => [name, model.encode()]) }
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode({ shared, own }: JsonObject): void {
    this.#shared = ScoreModel.decode((shared ?? {}) as JsonObject, SHARED) ?? this.#shared
    this.#revision = -1
    for (const row of Array.isArray(own) ? own : []) {
      const [name, state] = (Array.isArray(row) ? row : []) as unknown[]
      const known = ScoreModel.decode((state ?? {}) as JsonObject, OWN)
      if (typeof name === 'string' && known) this.#keep(name, new Own(name, known))
    }
  }

  /** The shared level begins at nothing but a constant, the prior's quality. */
  #refreshShared(): void {
    this.#revision = this.#shared.revision
    this.#fixed.fill(0)
    this.#shared.addCoefficients(this.#fixed)
    MEAN.fill(0)
    MEAN[CONSTANT] = 1
    this.#shared.weaken(MEAN, this.#ofPrior)
  }

  #refresh(own: Own, revision: number): void {
    own.revision = revision
    if (own.usualRevision !== own.model.revision) {
      own.usualRevision = own.model.revision
      own.usualVariance = own.model.usual(own.usual)
    }
    const { model, fixed, ofPrior, ofLength, level } = own
    MEAN.set(this.#fixed)
    for (let i = 0; i < level.length; i += 2) MEAN[CONSTANT]! += this.#fixed[level[i]!]! * level[i + 1]!
    model.weaken(MEAN, fixed)
    model.addCoefficients(fixed)
    MEAN.set(this.#ofPrior)
    for (let i = 0; i < level.length; i += 2) MEAN[CONSTANT]! += this.#ofPrior[level[i]!]! * level[i + 1]!
    model.weaken(MEAN, ofPrior)
    model.weaken(LONGER, ofLength)
  }

  /** As the one learned from last; the one not learned from for longest goes. */
  #keep(name: string, own: Own): void {
    this.#unknown.delete(name)
    this.#own.delete(name)
    this.#own.set(name, own)
    if (this.#own.size > MODELS) this.#own.delete(this.#own.keys().next().value!)
  }
}

const MEAN = new Float64Array(DIMENSIONS)
const LONGER = new Float64Array(DIMENSIONS).fill(1, LENGTH_STEPS.from, LENGTH_STEPS.to)
const ALONE: Features = [CONSTANT, 1]
const sdOf = (variance: number) => Math.sqrt(NOISE * Math.max(0, variance))
