import { JoinedKeys } from '../../base/joined-keys.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { QualitySums } from './quality-sums.ts'

/** (Model, workload) cells, and ids whose feedback may still be changed; the ones unused for longest go first. */
const CELLS = 5_000
const FEEDBACK_KEPT = 2_000
const SELECTORS = 200
/** Names come from clients. */
const MAX_NAME_LENGTH = 512
/** Of the cells in `#touch`. */
const TASK_LEVEL = 2

/**
 * What an answer was an answer to: its class and, when it went through a model selector, the task that it recognised.
 */
export interface QualityContext {
  readonly model: string
  readonly class: string
  readonly task?: string | undefined
}

/** One opinion about one answer. */
export interface Opinion extends QualityContext {
  /** 0 (useless) to 1 (right). */
  readonly score: number
  /** 1 for a person's word, less for a sign. */
  readonly weight: number
  /** What it counts above its task: overlap weight of the choice, see `overlapWeight`. Default 1. */
  readonly overlap?: number
  /** Read off the user's behaviour: gives way to what the user says. */
  readonly implied: boolean
  /** Unix ms. */
  readonly at: number
}

/** What changed in a quality book, for others that share it. */
export type QualityDelta =
  | { readonly of: 'judgement'; readonly context: QualityContext; readonly valid: boolean; readonly at: number }
  | { readonly of: 'opinion'; readonly id: string; readonly opinion: Opinion }
  | { readonly of: 'pace'; readonly selector: string; readonly value: number }

/**
 * How good models' answers are, by model and workload: validity (judged by the router itself on every answer) and
 * opinions (feedback). Each is kept for the model in all, in its class, and in a task of the class. O(1) per answer.
 */
export class QualityBook {
  readonly #cells = new Map<string, QualitySums>()
  readonly #feedback = new Map<string, Opinion>()
  readonly #pace = new Map<string, number>()
  #revision = 0
  /** Gets what changes here, for others that share it. It may neither throw nor wait. */
  onDelta: ((delta: QualityDelta) => void) | undefined

  /** Grows with everything learned. */
  get revision(): number {
    return this.#revision
  }

  /** The router's own verdict: false for a refusal, a cut or malformed answer. */
  judge(context: QualityContext, valid: boolean, now: number): void {
    if (this.#judge(context, valid, now)) this.onDelta?.({ of: 'judgement', context, valid, at: now })
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
    if (delta.of === 'judgement') this.#judge(delta.context, delta.valid, delta.at)
    else if (delta.of === 'opinion') this.#recordFeedback(delta.id, delta.opinion)
    else this.#setPace(delta.selector, delta.value)
  }

  #judge(context: QualityContext, valid: boolean, now: number): boolean {
    if (!isShort(context)) return false
    const { model, class: workload, task } = context
    this.#revision++
    this.#cell(keyOf(model)).judge(valid, now)
    this.#cell(keyOf(model, workload)).judge(valid, now)
    if (task !== undefined) this.#cell(keyOf(model, workload, task)).judge(valid, now)
    return true
  }

  #recordFeedback(id: string, opinion: Opinion): boolean {
    if (!isShort(opinion)) return false
    const before = this.#feedback.get(id)
    if (before && opinion.implied && !before.implied) return false
    if (before) for (const [cell, weight] of this.#shares(before)) cell.unlearn({ ...before, weight })
    for (const [cell, weight] of this.#shares(opinion)) cell.learn({ ...opinion, weight })
    put(this.#feedback, id, opinion, FEEDBACK_KEPT)
    return true
  }

  /** Decayed sums; of the whole model without a class, of the class without a task. Undefined when nothing is known. */
  read(model: string, workload: string | undefined, task: string | undefined, now: number) {
    return this.#cells.get(keyOf(model, workload, task))?.read(now)
  }

  /** How far a selector's budget pushes its floor down, see `routing/select`; 0 to begin with. */
  pace(selector: string): number {
    return this.#pace.get(selector) ?? 0
  }

  setPace(selector: string, value: number): void {
    this.#setPace(selector, value)
    this.onDelta?.({ of: 'pace', selector, value })
  }

  #setPace(selector: string, value: number): void {
    put(this.#pace, selector, value, SELECTORS)
    this.#revision++
  }

  encode(): JsonObject {
    return {
      cells: [...this.#cells].map(([key, cell]) => [key, ...cell.encode()]),
      given: [...this.#feedback].map(([id, { model, class: workload, task, score, weight, overlap, implied, at }]) => [
        id,
        model,
        workload,
        task ?? null,
        score,
        weight,
        implied,
        at,
        overlap ?? 1,
      ]),
      pace: [...this.#pace],
    }
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode(state: unknown): void {
    const { cells, given, pace } = (state ?? {}) as JsonObject
    for (const [key, ...sums] of rows(cells)) {
      const cell = QualitySums.decode(sums)
      if (typeof key === 'string' && cell) put(this.#cells, key, cell, CELLS)
    }
    for (const [id, model, workload, task, score, weight, implied, at, overlap = 1] of rows(given)) {
      if (typeof id !== 'string' || typeof model !== 'string' || typeof workload !== 'string') continue
      const opinion = { model, class: workload, score, weight, overlap, implied: implied === true, at } as Opinion
      if (![score, weight, overlap, at].every(Number.isFinite)) continue
      put(this.#feedback, id, typeof task === 'string' ? { ...opinion, task } : opinion, FEEDBACK_KEPT)
    }
    for (const [selector, value] of rows(pace)) {
      if (typeof selector === 'string' && Number.isFinite(value)) put(this.#pace, selector, value as number, SELECTORS)
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
