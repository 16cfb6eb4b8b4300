import type { WorkType } from './words.ts'

/**
 * What was found of a model's answers to one kind of work, over all its providers. Each answer counts once: as checked
 * by a cascade, or else as judged. Counts are shares of answers where a judgement is a weak one; two digits.
 */
export interface QualityCounts {
  /** Its canonical name. */
  readonly model: string
  readonly type: WorkType
  /** Answers that somebody judged, and how many of them were good. */
  readonly judged: number
  readonly good: number
  /** Answers that were checked before they went out, and how many were thrown away for a dearer model's. */
  readonly checked: number
  readonly escalated: number
}

/** A share of a model's answers over members: those that were good, or were thrown away. */
export interface AnswerShare {
  readonly share: number
  /** How far members differ; at the least what chance does to so few answers. */
  readonly sd: number
  /** Answers behind it, as the lower bound of a bucket: 1, 2, 5, 10, ... */
  readonly n: number
}

/** How good a model's answers are. Since minor 2, apart from `cells`. */
export interface ModelQuality {
  /** Its canonical name. */
  readonly model: string
  /** Absent: over all kinds of work. */
  readonly type?: WorkType
  /** Epoch at whose end it last changed. */
  readonly as_of: number
  /** As in a cell. */
  readonly members: number
  readonly good?: AnswerShare
  readonly escalated?: AnswerShare
}
