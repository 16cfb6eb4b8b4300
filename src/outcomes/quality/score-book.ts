import type { JsonObject } from '../../plugins/api.ts'
import { CONSTANT, DIMENSIONS, type Features, OWN, SHARED, withModel } from './features.ts'
import { type ScoreBelief, ScoreModel, type ScorePrior } from './score-model.ts'

/** Of 260 kB each. */
const MODELS = 64

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
 * How good models' answers are, by the features of a request, in two levels (as in empirical Bayes): what all models
 * find hard is learned from all scores, with a level for each model, and is where each model's own regression begins.
 * So ten opinions on a dear model in a new task say something of the cheap one.
 */
export class ScoreBook {
  #shared = new ScoreModel(SHARED)
  readonly #own = new Map<string, ScoreModel>()

  learn({ model, features, score, weight, at }: Scored): void {
    this.#shared.learn(withModel(features, model), score, weight, at)
    const own = this.#own.get(model) ?? new ScoreModel(OWN)
    this.#keep(model, own)
    own.learn(features, score, weight, at)
  }

  expect(model: string, features: Features, prior: ScorePrior, now: number): ScoreBelief {
    this.#shared.coefficients(prior.quality, MEAN, now)
    const level = withModel([], model)
    for (let i = 0; i < level.length; i += 2) MEAN[CONSTANT]! += MEAN[level[i]!]! * level[i + 1]!
    return (this.#own.get(model) ?? UNKNOWN).expect(features, prior, now, MEAN)
  }

  encode(): JsonObject {
    return { shared: this.#shared.encode(), own: [...this.#own].map(([model, own]) => [model, own.encode()]) }
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode({ shared, own }: JsonObject): void {
    this.#shared = ScoreModel.decode((shared ?? {}) as JsonObject, SHARED) ?? this.#shared
    for (const row of Array.isArray(own) ? own : []) {
      const [model, state] = (Array.isArray(row) ? row : []) as unknown[]
      const known = ScoreModel.decode((state ?? {}) as JsonObject, OWN)
      if (typeof model === 'string' && known) this.#keep(model, known)
    }
  }

  /** As the one learned from last; the one not learned from for longest goes. */
  #keep(model: string, own: ScoreModel): void {
    this.#own.delete(model)
    this.#own.set(model, own)
    if (this.#own.size > MODELS) this.#own.delete(this.#own.keys().next().value!)
  }
}

const MEAN = new Float64Array(DIMENSIONS)
const UNKNOWN = new ScoreModel(OWN)
