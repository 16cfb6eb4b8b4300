import { BoundedMap } from '../../base/bounded-map.ts'

const BYTES_PER_TOKEN = 4
const MODELS = 2_000
/** Weight of a new observation once there are enough of them. */
const ALPHA = 0.05
/**
 * Real usage further off than this is not about tokenisation (media, hidden prompts, another counter) and teaches
 * nothing.
 */
const MAX_CORRECTION = 8

interface Correction {
  ratio: number
  n: number
}

/**
 * Input tokens, cheaply: bytes / 4, times a factor per model that is the moving average (EWMA) of real over estimated
 * tokens. The first observations weigh 1/n, so that the factor is their mean until the EWMA takes over at 20.
 */
export class TokenEstimator {
  readonly #corrections = new BoundedMap<string, Correction>(MODELS)

  /** Estimated input tokens of `bytes` of text, at least 1. */
  estimate(bytes: number, model: string): number {
    return Math.max(1, Math.round((bytes / BYTES_PER_TOKEN) * (this.#corrections.get(model)?.ratio ?? 1)))
  }

  /** Learns from the usage that an upstream reported for a request of `bytes` of text. */
  learn(bytes: number, model: string, inputTokens: number): void {
    const ratio = (inputTokens * BYTES_PER_TOKEN) / bytes
    if (!(ratio > 1 / MAX_CORRECTION && ratio < MAX_CORRECTION)) return
    const known = this.#corrections.get(model)
    if (!known) {
      // A pseudo-observation of 1 keeps one odd request from deciding.
      this.#corrections.set(model, { ratio: (1 + ratio) / 2, n: 2 })
      return
    }
    known.n++
    known.ratio += (ratio - known.ratio) * Math.max(ALPHA, 1 / known.n)
  }
}
