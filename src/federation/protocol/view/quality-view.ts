import { epochStart } from '../epoch.ts'
import type { HubMap } from '../types.ts'

/** How good members found a model's answers to one kind of work. Null: over all kinds, or not known. */
export interface QualityView {
  readonly model: string
  readonly type: string | null
  /** Enrolments behind it, bucketed. */
  readonly members: number
  /** ISO 8601. */
  readonly updated_at: string
  /** Share of the judged answers that were good, how far members differ, and answers, bucketed. */
  readonly good: number | null
  readonly good_sd: number | null
  readonly judged: number | null
  /** Share of the checked answers that were thrown away for a dearer model's. */
  readonly escalated: number | null
  readonly checked: number | null
}

/** In the map's order: a model's row over all kinds of work first. */
export const qualityViews = ({ quality = [], epoch, epoch_seconds }: HubMap): QualityView[] =>
  quality.map(({ model, type, as_of, members, good, escalated }) => ({
    model,
    type: type ?? null,
    members,
    updated_at: new Date(epochStart(Math.min(as_of, epoch) + 1, epoch_seconds)).toISOString(),
    good: good?.share ?? null,
    good_sd: good?.sd ?? null,
    judged: good?.n ?? null,
    escalated: escalated?.share ?? null,
    checked: escalated?.n ?? null,
  }))
