import { JoinedKeys } from '../../base/joined-keys.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { CheckBook, type Reliability } from './check-book.ts'
import { type Features, featuresOf, taskName } from './features.ts'
import { decodeOpinion, encodeOpinion, type Opinion, type QualityContext } from './opinion.ts'
import { type Pace, paceFrom, START_PACE } from './pace.ts'
import { QualitySums } from './quality-sums.ts'
import { type RequestBelief, ScoreBook, type ScorePrior } from './score-book.ts'
import type { SharedQuality, SharedQualitySource } from './shared-quality.ts'

/** (Model, workload) cells, and ids whose feedback may still be changed; the ones unused for longest go first. */
const CELLS = 5_000
const FEEDBACK_KEPT = 2_000
/** A selector's pace may be one for each task. */
const PACES = 1_000
/** Names come from clients. */
const MAX_NAME_LENGTH = 512
/** Of the cells in `#touch`. */
const TASK_LEVEL = 2

/** Answers that the router judged, summed up. */
export interface JudgementDelta {
  readonly of: 'judgement'
  readonly context: QualityContext
  readonly judged: number
  /** Of those. */
  readonly valid: number
  /** Unix ms of the last one. */
  readonly at: number
}

/** What changed in a quality book, for others that share it. */
export type QualityDelta =
  | JudgementDelta
  | { readonly of: 'opinion'; readonly id: string; readonly opinion: Opinion }
  | { readonly of: 'pace'; readonly selector: string; readonly pace: Pace }

/**
 * How good models' answers are, by model and workload: validity (judged by the router itself on every answer) and
 * opinions (feedback). Both are kept for the model in all, in its class, and in a task of the class: O(1) per answer.
 * Opinions also teach each model's `ScoreModel`, which selectors choose by.
 */
export class QualityBook {
  readonly #cells = new Map<string, QualitySums>()
  readonly #feedback = new Map<string, Opinion>()
  readonly #scores = new ScoreBook()
  readonly #checks = new CheckBook()
  readonly #paces = new Map<string, Pace>()
  #revision = 0
  /** What others found. */
  shared: SharedQualitySource | undefined
  /** Gets what changes here, for others that share it. It may neither throw nor wait. */
  onDelta: ((delta: QualityDelta) => void) | undefined
  /** Gets every opinion that counts, also those from elsewhere, and what it replaces. It may neither throw nor wait. */
  onOpinion: ((opinion: Opinion, before: Opinion | undefined) => void) | undefined

  /** Grows with everything learned. */
  get revision(): number {
    return this.#revision
  }

  /** The router's own verdict: false for a refusal, a cut or malformed answer. */
  judge(context: QualityContext, valid: boolean, now: number): void {
    const count = valid ? 1 : 0
    if (this.#judge(context, 1, count, now))
      this.onDelta?.({ of: 'judgement', context, judged: 1, valid: count, at: now })
  }

  /**
   * Feedback on the answer `id`. A later one replaces an earlier one, so that repeating it changes nothing; an implied
   * one never replaces an explicit one. True when it counts.
   */
  recordFeedback(id: string, opinion: Opinion): boolean {
    const counts = this.#recordFeedback(id, opinion)
    if (counts) this.onDelta?.({ of: 'opinion', id, opinion })
    return counts
  }

  /** Takes over what changed elsewhere. */
  merge(delta: QualityDelta): void {
    if (delta.of === 'judgement') this.#judge(delta.context, delta.judged, delta.valid, delta.at)
    else if (delta.of === 'opinion') this.#recordFeedback(delta.id, delta.opinion)
    else this.#setPace(delta.selector, delta.pace)
  }

  #judge(context: QualityContext, judged: number, valid: number, now: number): boolean {
    if (!isShort(context)) return false
    const { model, class: workload, task } = context
    this.#revision++
    this.#cell(keyOf(model)).judge(judged, valid, now)
    this.#cell(keyOf(model, workload)).judge(judged, valid, now)
    if (task !== undefined) this.#cell(keyOf(model, workload, task)).judge(judged, valid, now)
    return true
  }

  #recordFeedback(id: string, opinion: Opinion): boolean {
    if (!isShort(opinion)) return false
    const before = this.#feedback.get(id)
    if (before && opinion.implied && !before.implied) return false
    if (before) {
      for (const [cell, weight] of this.#shares(before)) cell.unlearn({ ...before, weight })
      this.#scores.learn({ ...before, features: featuresIn(before), weight: -before.weight })
      this.#learnChecks(before, -before.weight)
    }
    for (const [cell, weight] of this.#shares(opinion)) cell.learn({ ...opinion, weight })
    this.#scores.learn({ ...opinion, features: featuresIn(opinion) })
    this.#learnChecks(opinion, opinion.weight)
    put(this.#feedback, id, opinion, FEEDBACK_KEPT)
    this.onOpinion?.(opinion, before)
    return true
  }

  /** Decayed sums; of the whole model without a class, of the class without a task. Undefined when nothing is known. */
  read(model: string, workload: string | undefined, task: string | undefined, now: number) {
    return this.#cells.get(keyOf(model, workload, task))?.read(now)
  }

  /**
   * Forgets of scores what is too old, a few milliseconds' work at a time: for a timer, so that no request has to. True
   * where there may be more to do.
   */
  advance(now: number): boolean {
    return this.#scores.advance(now)
  }

  /** The score that an answer to such a request will get. */
  expect(model: string, features: Features, prior: ScorePrior, now: number, shared?: SharedQuality): RequestBelief {
    return this.#scores.expect(model, features, prior, now, shared)
  }

  /** How often a check of a model's answers to a client is right; `declared`: where that begins. */
  reliability(model: string, check: string, declared: number, now: number, client?: string): Reliability {
    return this.#checks.read(model, check, declared, now, client)
  }

  #learnChecks({ model, score, at, verdicts = [] }: Opinion, weight: number): void {
    for (const verdict of verdicts) this.#checks.learn(model, verdict, score, weight, at)
  }

  /** Where a selector stands between quality and cost. */
  pace(selector: string): Pace {
    return this.#paces.get(selector) ?? START_PACE
  }

  setPace(selector: string, pace: Pace): void {
    this.#setPace(selector, pace)
    this.onDelta?.({ of: 'pace', selector, pace })
  }

  #setPace(selector: string, pace: Pace): void {
    put(this.#paces, selector, pace, PACES)
    this.#revision++
  }

  encode(): JsonObject {
    return {
      cells: [...this.#cells].map(([key, cell]) => [key, ...cell.encode()]),
      given: [...this.#feedback].map(encodeOpinion),
      pace: [...this.#paces].map(([selector, { budget, weight, spread, dear, saved }]) => [
        selector,
        budget,
        weight,
        spread,
        dear,
        saved,
      ]),
      scores: this.#scores.encode(),
      checks: this.#checks.encode(),
    }
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode(state: unknown): void {
    const { cells, given, pace, scores, checks } = (state ?? {}) as JsonObject
    for (const [key, ...sums] of rows(cells)) {
      const cell = QualitySums.decode(sums)
      if (typeof key === 'string' && cell) put(this.#cells, key, cell, CELLS)
    }
    for (const [id, ...values] of rows(given)) {
      const known = decodeOpinion(values)
      if (typeof id === 'string' && known) put(this.#feedback, id, known, FEEDBACK_KEPT)
    }
    for (const [selector, ...values] of rows(pace)) {
      const known = paceFrom(values)
      if (typeof selector === 'string' && known) put(this.#paces, selector, known, PACES)
    }
    this.#checks.decode(rows(checks))
    if (scores === undefined) this.#learnCells()
    else this.#scores.decode((scores ?? {}) as JsonObject)
  }

  /** From a state before there were score models: what each task has been told, or a class that has no tasks. */
  #learnCells(): void {
    const cells = [...this.#cells].map(([key, cell]) => ({ ...partsOf(key), ...cell.read(cell.at), at: cell.at }))
    const withTasks = new Set(cells.filter(({ task }) => task !== '').map((cell) => keyOf(cell.model, cell.class)))
    for (const { model, class: workload, task, weight, good, at } of cells) {
      const isLeaf = task !== '' || (workload !== '' && !withTasks.has(keyOf(model, workload)))
      if (isLeaf && weight > 0)
        this.#scores.learn({ model, features: taskFeatures(task), score: good / weight, weight, at })
    }
  }

  /** The cells that an opinion goes into, and what it weighs in each. */
  #shares(opinion: Opinion): [QualitySums, number][] {
    const { task, weight, overlap = 1 } = opinion
    return this.#touch(opinion).map((cell, level) => [
      cell,
      task === undefined || level === TASK_LEVEL ? weight : weight * overlap,
    ])
  }

  #touch({ model, class: workload, task }: QualityContext): QualitySums[] {
    this.#revision++
    const keys = [keyOf(model), keyOf(model, workload)]
    if (task !== undefined) keys.push(keyOf(model, workload, task))
    return keys.map((key) => this.#cell(key))
  }

  /** As the one used last. */
  #cell(key: string): QualitySums {
    const known = this.#cells.get(key)
    // Nothing has to go soon.
    if (known && 2 * this.#cells.size <= CELLS) return known
    const cell = known ?? new QualitySums()
    put(this.#cells, key, cell, CELLS)
    return cell
  }
}

const isShort = ({ model, class: workload, task = '' }: QualityContext) =>
  model.length + workload.length + task.length <= MAX_NAME_LENGTH

const KEYS = new JoinedKeys()
const keyOf = (model: string, workload = '', task = '') => KEYS.of(KEYS.of(model, workload), task)

function partsOf(key: string): { model: string; class: string; task: string } {
  const [model = '', workload = '', ...task] = key.split('\n')
  return { model, class: workload, task: task.join('\n') }
}

const taskFeatures = (task = '') => featuresOf({ names: task === '' ? [] : [taskName(task)] })
const featuresIn = ({ features, task }: Opinion) => features ?? taskFeatures(task)

function* rows(value: unknown): Generator<readonly unknown[]> {
  for (const row of Array.isArray(value) ? value : []) if (Array.isArray(row)) yield row
}

/** Sets as the latest used, and drops the one unused for longest beyond `limit`. */
function put<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  // In order of use once it is half full; until then nothing has to go soon.
  if (2 * map.size > limit) map.delete(key)
  map.set(key, value)
  if (map.size > limit) map.delete(map.keys().next().value!)
}
