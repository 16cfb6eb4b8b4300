import { mayAsk } from '../access/may-ask.ts'
import { feedbackToLine } from '../outcomes/log/feedback-line.ts'
import { checkOf } from '../outcomes/quality/check-book.ts'
import { featuresOf } from '../outcomes/quality/features.ts'
import type { Opinion } from '../outcomes/quality/opinion.ts'
import type { QualityBook } from '../outcomes/quality/quality.ts'
import type { RequestRecord } from '../plugins/api.ts'
import { overlapWeight } from '../routing/resolve/select.ts'
import type { Feedback, TakeFeedback } from '../server/feedback.ts'

export interface FeedbackParts {
  readonly quality: QualityBook
  readonly find: (id: string, signal: AbortSignal) => Promise<RequestRecord | undefined>
  /** Into the decision log. */
  readonly write: (line: string) => void
  readonly now: () => number
}

/** What is said of one answer, by whomever, at this time. */
export interface Said extends Pick<Feedback, 'category' | 'opinion'> {
  readonly signal: string
  readonly time: number
}

/** An answer that may be judged. */
export interface Judged
  extends Pick<RequestRecord, 'id' | 'model' | 'class' | 'kind' | 'attempts' | 'inputTokensEstimate'> {
  /** Fingerprint of the key that it was an answer to. */
  readonly client?: string | undefined
  readonly selection?: RequestRecord['selection'] | undefined
}

/** Records what is said of an answer: with the model's quality, and in the decision log. True when it counts. */
export function recordOpinion(
  record: Judged,
  { signal, category, opinion, time }: Said,
  { quality, write }: Pick<FeedbackParts, 'quality' | 'write'>,
): boolean {
  const answered = record.kind === 'ok' ? record.attempts.findLast((attempt) => attempt.kind === 'ok') : undefined
  const context = {
    model: record.model,
    class: record.class,
    ...(record.selection && { task: record.selection.task }),
  }
  const features = record.selection?.features ?? featuresOf({ inputTokens: record.inputTokensEstimate, names: [] })
  const counted =
    answered !== undefined &&
    opinion !== undefined &&
    quality.recordFeedback(record.id, {
      ...context,
      ...opinion,
      ...overlapOf(record),
      ...verdictsOn(record, signal),
      features,
      at: time,
      ...sharedAs(record, answered.endpoint),
    })
  write(
    feedbackToLine({
      id: record.id,
      time,
      ...context,
      ...(answered && { endpoint: answered.endpoint }),
      signal,
      ...(category !== undefined && { category }),
      ...(opinion && { score: opinion.score, weight: opinion.weight }),
      counted,
    }),
  )
  return counted
}

/** Takes what clients say about answers. */
export function createFeedback({ quality, find, write, now }: FeedbackParts): TakeFeedback {
  return async ({ id, ...said }, client, gone) => {
    const record = await find(id, gone)
    if (!record || !mayAsk(client, record)) return undefined
    return recordOpinion(record, { ...said, time: now() }, { quality, write })
  }
}

/** What checks found of the answer, but for those by whom it is judged now. */
function verdictsOn({ client, model, selection }: Judged, signal: string): Pick<Opinion, 'verdicts'> {
  // A judge is nobody's.
  const whose = signal === 'judge' ? undefined : client
  const verdicts = (selection?.checks ?? []).flatMap(({ model: of, check, passed, expected, reliability }) =>
    of === model && check !== signal && passed !== undefined && expected !== undefined && reliability !== undefined
      ? {
          check: checkOf(selection!.name, check),
          passed,
          expected,
          reliability,
          ...(whose !== undefined && { client: whose }),
        }
      : [],
  )
  return verdicts.length > 0 ? { verdicts } : {}
}

/** What is shared of an opinion. An answer that was checked before it went out counts as such, once. */
function sharedAs({ selection }: Judged, endpoint: string) {
  return selection?.checks ? {} : { endpoint, ...(selection?.type && { type: selection.type }) }
}

/** Of a model that a selector chose. */
function overlapOf({ model, selection }: Judged) {
  // Where answers are checked, the check's verdict is among the features, and tells hard requests from easy ones.
  if (!selection || selection.checks) return {}
  const chosen = selection.models.find((each) => each.model === model)?.propensity ?? 0
  const propensities = selection.models.map(({ propensity }) => propensity)
  return { overlap: overlapWeight(chosen, propensities) }
}
