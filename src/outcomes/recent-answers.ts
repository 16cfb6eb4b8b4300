import type { OutcomeKind, RecentOutcome } from '../plugins/api.ts'
import type { Outcome } from './types.ts'

const MOST = 10

/** It took a time to speak of. */
export const isRecentAnswer = (kind: OutcomeKind) => kind === 'ok' || kind.startsWith('provider_timeout')

/** The latest outcomes of an endpoint that took a time to speak of: its answers and its timeouts. Not kept over a restart. */
export class RecentAnswers {
  readonly #outcomes: RecentOutcome[] = []

  /** Oldest first. The list goes on changing. */
  get list(): readonly RecentOutcome[] {
    return this.#outcomes
  }

  add({ kind, at, stream, totalMs, ttftMs, usage }: Outcome): void {
    if (!isRecentAnswer(kind)) return
    if (this.#outcomes.length === MOST) this.#outcomes.shift()
    const outputTokens = usage?.outputTokens
    this.#outcomes.push({
      kind,
      at,
      stream,
      totalMs,
      ...(ttftMs !== undefined && { ttftMs }),
      ...(outputTokens !== undefined && { outputTokens }),
    })
  }
}
