import type { RequestType } from '../../../base/request-types.ts'
import type { SharedQuality, SharedQualitySource } from '../../../outcomes/quality/shared-quality.ts'
import { epochStart } from '../../protocol/epoch.ts'
import type { AnswerShare, ModelQuality } from '../../protocol/quality-types.ts'
import type { HubMap } from '../../protocol/types.ts'

/** Models change behind their names: a figure of so long ago is worth nothing. */
const FADE_MS = 30 * 86_400_000
/** Bounds of what a figure is worth, in opinions: with more, a router's own would count for nothing for too long. */
const MAX_WEIGHT = 30
const MIN_WEIGHT = 1
/** A figure over all kinds of work says less of one. */
const WHOLE = 0.5

/**
 * What a map says of how good models' answers are. A figure is taken of the kind of work, else of all kinds, and is
 * worth one over its variance, in opinions (a new opinion's variance is p(1-p)):
 *
 *     weight = clip(p(1-p) / sd^2 - 1, 1, 30) * (1 - age / 30 d) * (1 - own share)
 *
 * and no more than the answers behind it. Own share as in `MapPrior`: 1 / members where this router reported.
 */
export class MapQuality implements SharedQualitySource {
  readonly #modelOf: (endpoint: string) => string | undefined
  #reported: (model: string) => boolean = () => false
  #rows: ReadonlyMap<string, ModelQuality> = new Map()
  #epochSeconds = 0

  /** @param modelOf canonical name of the public model behind an endpoint id; undefined for what is private */
  constructor(modelOf: (endpoint: string) => string | undefined) {
    this.#modelOf = modelOf
  }

  /** Takes another map in place of the one before, or none. */
  useMap(map: HubMap | undefined): void {
    this.#rows = new Map(map?.quality?.map((row) => [keyOf(row.model, row.type), row]))
    this.#epochSeconds = map?.epoch_seconds ?? 0
  }

  /** Takes whether this router's own reports are in what is said of a model. */
  useReported(reported: (model: string) => boolean): void {
    this.#reported = reported
  }

  find(endpoint: string, type: RequestType, now: number): SharedQuality | undefined {
    if (this.#rows.size === 0) return undefined
    const model = this.#modelOf(endpoint)
    if (model === undefined) return undefined
    const own = this.#rows.get(keyOf(model, type))
    if (own?.good) return this.#worth(own, own.good, 1, now)
    const whole = this.#rows.get(keyOf(model))
    return whole?.good && this.#worth(whole, whole.good, WHOLE, now)
  }

  #worth(row: ModelQuality, good: AnswerShare, part: number, now: number): SharedQuality | undefined {
    const { share, sd, n } = good
    const age = Math.max(0, now - epochStart(row.as_of + 1, this.#epochSeconds))
    const own = this.#reported(row.model) ? 1 / row.members : 0
    // Of a share of 1 nobody knows how sure it is: half an answer more, as where it was made.
    const likely = (share * n + 0.5) / (n + 1)
    const precision = sd > 0 ? (likely * (1 - likely)) / sd ** 2 - 1 : MAX_WEIGHT
    const weight = Math.min(n, MAX_WEIGHT, Math.max(MIN_WEIGHT, precision))
    const worth = part * weight * Math.max(0, 1 - age / FADE_MS) * (1 - own)
    return worth > 0 ? { quality: share, weight: worth } : undefined
  }
}

const keyOf = (model: string, type = '') => `${model}\n${type}`
