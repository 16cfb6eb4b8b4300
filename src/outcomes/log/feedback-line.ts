/** What was said about one answer, as it stands in the decision log. No comment: that is content. */
export interface FeedbackRecord {
  /** Of the request. */
  readonly id: string
  /** Unix ms when it was said. */
  readonly time: number
  readonly model: string
  /** That gave the answer; absent when none did. */
  readonly endpoint?: string
  readonly class: string
  readonly task?: string
  /** `score`, `thumbs`, `retried` or `category`. */
  readonly signal: string
  readonly category?: string
  /** 0 to 1, and what it weighs; absent when it says nothing of the answer's quality. */
  readonly score?: number
  readonly weight?: number
  /** False when it changed nothing: no answer to judge, or something weightier had been said. */
  readonly counted: boolean
}

/**
 * One line of the decision log, without the line end. Told from a request's by its `type`; older readers pass it over.
 */
export const feedbackToLine = (record: FeedbackRecord): string => JSON.stringify({ type: 'feedback', ...record })

/** Reads a line; undefined when it is torn or of another kind. */
export function lineToFeedback(line: string): FeedbackRecord | undefined {
  try {
    const { type, ...row } = JSON.parse(line) as Record<string, unknown>
    const isFeedback =
      type === 'feedback' && typeof row.id === 'string' && typeof row.time === 'number' && typeof row.model === 'string'
    return isFeedback ? (row as unknown as FeedbackRecord) : undefined
  } catch {
    return undefined
  }
}
