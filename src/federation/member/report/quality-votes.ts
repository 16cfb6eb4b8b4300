import type { Opinion } from '../../../outcomes/quality/opinion.ts'
import { epochAt } from '../../protocol/epoch.ts'
import { WORK_TYPES, type WorkType } from '../../protocol/words.ts'
import { drawQualityThresholdNoise } from './noise.ts'
import { VOTE } from './tally.ts'

/** Models of which answers are counted, those of the configuration first. */
const MAX_MODELS = 60
/** What waits for longer than two of these is forgotten. Counted from fixed times, which no answer can shift. */
const SEGMENT_S = 15 * 86_400

/** Places of a row's votes. */
export const GOOD = 0
export const BAD = 1
export const KEPT = 2
export const ESCALATED = 3
const PLACES = 4

/** Thousandths of answers, by place. */
type Votes = readonly number[]

/** What waits to be said of one model's answers to one kind of work. */
export interface QualityRow {
  readonly model: string
  readonly type: WorkType
  /** Noise on the number that it has to reach, in thousandths; drawn when it begins to wait. */
  threshold: number
  /** Unix milliseconds: opinions from before are not in it. */
  since: number
  /** Something of it was reported. */
  reported: boolean
  /** By segment, at most two. */
  readonly votes: Map<number, number[]>
}

export const rowKey = (model: string, type: WorkType): string => `${model}\n${type}`

/** An answer's vote, divided: what it adds to each place. In all at most `VOTE`. */
function voteOf({ score, weight, check }: Opinion): Votes {
  const votes = new Array<number>(PLACES).fill(0)
  const whole = Math.round(VOTE * Math.min(1, Math.max(0, weight)))
  const up = Math.round(whole * Math.min(1, Math.max(0, score)))
  if (check) votes[check === 'escalated' ? ESCALATED : KEPT] = VOTE
  else {
    votes[GOOD] = up
    votes[BAD] = whole - up
  }
  return votes
}

/**
 * What could be reported of how good answers were, by public model and kind of work. There is a row of every offered
 * model that has a public name and every kind of work, whether anything was counted in it or not: that a row is asked
 * tells nothing. An answer counts once: a later opinion replaces an earlier one as long as that was not reported, and
 * is passed over then.
 */
export class QualityVotes {
  readonly #epochSeconds: number
  readonly #segmentEpochs: number
  readonly #rows = new Map<string, QualityRow>()
  readonly #modelOf: (endpoint: string) => string | undefined
  /** Opinions from before say nothing to this one. Unix milliseconds. */
  readonly #begun: number

  constructor(options: {
    readonly epochSeconds: number
    /** Canonical name of the public model behind an endpoint id; undefined for what is private. */
    readonly modelOf: (endpoint: string) => string | undefined
    readonly now: number
  }) {
    this.#epochSeconds = options.epochSeconds
    this.#segmentEpochs = Math.max(1, Math.ceil(SEGMENT_S / options.epochSeconds))
    this.#modelOf = options.modelOf
    this.#begun = options.now
  }

  get rows(): Iterable<QualityRow> {
    return this.#rows.values()
  }

  /** Takes what is offered: these endpoints' models have rows from now on, and no others. */
  offer(endpoints: Iterable<string>): void {
    const models = new Set<string>()
    for (const endpoint of endpoints) {
      const model = this.#modelOf(endpoint)
      if (model !== undefined && models.size < MAX_MODELS) models.add(model)
    }
    for (const [key, { model }] of this.#rows) if (!models.has(model)) this.#rows.delete(key)
    for (const model of models)
      for (const type of WORK_TYPES) {
        const key = rowKey(model, type)
        if (this.#rows.has(key)) continue
        const threshold = drawQualityThresholdNoise()
        this.#rows.set(key, { model, type, threshold, since: this.#begun, reported: false, votes: new Map() })
      }
  }

  /** Whether something was reported of a model. */
  hasReported(model: string): boolean {
    return WORK_TYPES.some((type) => this.#rows.get(rowKey(model, type))?.reported)
  }

  /** True when it counts. `before`: the opinion on the same answer that this one replaces. */
  learn(opinion: Opinion, before?: Opinion): boolean {
    const row = this.#rowOf(opinion)
    if (!row) return false
    const segment = this.#segmentAt(opinion.at)
    if (before) {
      const isInIt = before.at >= Math.max(row.since, this.#begun) && this.#rowOf(before) === row
      if (!isInIt || this.#segmentAt(before.at) !== segment || opinion.check || before.check) return false
    }
    const votes = row.votes.get(segment) ?? new Array<number>(PLACES).fill(0)
    row.votes.set(segment, votes)
    const [added, taken] = [voteOf(opinion), before && voteOf(before)]
    for (let place = 0; place < PLACES; place++) votes[place]! += added[place]! - (taken?.[place] ?? 0)
    return true
  }

  /** Forgets what was reported, and what has waited for too long. */
  close(epoch: number, reported: ReadonlySet<string> | undefined, now: number): void {
    const oldest = Math.floor(epoch / this.#segmentEpochs) - 1
    for (const [key, row] of this.#rows) {
      if (reported?.has(key)) {
        row.votes.clear()
        row.since = now
        row.reported = true
        row.threshold = drawQualityThresholdNoise()
      }
      for (const segment of row.votes.keys()) if (segment < oldest) row.votes.delete(segment)
    }
  }

  encode() {
    return [...this.#rows.values()].map(({ model, type, threshold, since, reported, votes }) => [
      model,
      type,
      threshold,
      since,
      reported,
      ...[...votes].map(([segment, parts]) => [segment, ...parts]),
    ])
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode(value: unknown): void {
    for (const entry of Array.isArray(value) ? value.slice(0, MAX_MODELS * WORK_TYPES.length) : []) {
      const [model, type, threshold, since, reported, ...segments] = Array.isArray(entry) ? entry : []
      if (typeof model !== 'string' || !(WORK_TYPES as readonly unknown[]).includes(type)) continue
      if (![threshold, since].every(Number.isSafeInteger) || !segments.every(isSegment)) continue
      const votes = new Map(segments.map(([segment, ...parts]: number[]) => [segment!, parts] as const))
      const row = { model, type, threshold, since, reported: reported === true, votes }
      this.#rows.set(rowKey(model, type), row)
    }
  }

  #segmentAt(time: number): number {
    return Math.floor(epochAt(time, this.#epochSeconds) / this.#segmentEpochs)
  }

  #rowOf({ endpoint, type }: Opinion): QualityRow | undefined {
    const model = endpoint === undefined ? undefined : this.#modelOf(endpoint)
    return model === undefined ? undefined : this.#rows.get(rowKey(model, type ?? '-'))
  }
}

const isSegment = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === PLACES + 1 && value.every(Number.isSafeInteger)

/** All that waits in a row, by place. */
export function votesIn({ votes }: QualityRow): number[] {
  const sum = new Array<number>(PLACES).fill(0)
  for (const parts of votes.values()) for (let place = 0; place < PLACES; place++) sum[place]! += parts[place]!
  return sum
}
