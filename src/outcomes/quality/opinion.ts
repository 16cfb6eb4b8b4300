import type { RequestType } from '../../base/request-types.ts'
import { areVerdicts, type JudgedVerdict } from './check-book.ts'
import { areFeatures, type Features } from './features.ts'

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
  /** Of the request; default: its task alone. */
  readonly features?: Features
  /** Read off the user's behaviour: gives way to what the user says. */
  readonly implied: boolean
  /** Unix ms. */
  readonly at: number
  /** Who answered, and what kind of work it was, where that is known: for what is shared. */
  readonly endpoint?: string
  readonly type?: RequestType
  /** A check before it went out said so, and whether the answer was thrown away for a dearer model's. */
  readonly check?: 'kept' | 'escalated'
  /** What checks found of the answer before it went out. */
  readonly verdicts?: readonly JudgedVerdict[]
}

/** As a row of the state file, behind the answer's id. */
export const encodeOpinion = ([
  id,
  { model, class: workload, task, score, weight, overlap, implied, at, features, verdicts },
]: readonly [string, Opinion]): readonly unknown[] => [
  id,
  model,
  workload,
  task ?? null,
  score,
  weight,
  implied,
  at,
  overlap ?? 1,
  ...(features || verdicts ? [features ?? null] : []),
  ...(verdicts ? [verdicts] : []),
]

/** What `encodeOpinion` gave, without the id; undefined: it makes no sense. */
export function decodeOpinion(row: readonly unknown[]): Opinion | undefined {
  const [model, workload, task, score, weight, implied, at, overlap = 1, features, verdicts] = row
  if (typeof model !== 'string' || typeof workload !== 'string') return undefined
  if (![score, weight, overlap, at].every(Number.isFinite)) return undefined
  const opinion = { model, class: workload, score, weight, overlap, implied: implied === true, at } as Opinion
  return {
    ...opinion,
    ...(typeof task === 'string' && { task }),
    ...(areFeatures(features) && { features }),
    ...(areVerdicts(verdicts) && { verdicts }),
  }
}
