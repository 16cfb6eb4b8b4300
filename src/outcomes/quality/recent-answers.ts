import type { Writable } from '../../base/writable.ts'
import type { OutcomeKind, RecentOutcome } from '../../plugins/api.ts'
import type { Outcome } from '../types.ts'

const MAX_ANSWERS = 10

/** It took a time to speak of. */
export const isRecentAnswer = (kind: OutcomeKind) => kind === 'ok' || kind.startsWith('provider_timeout')

/**
 * The latest outcomes of an endpoint that took a time to speak of: its answers and its timeouts. Not kept over a
 * restart.
 */
export class RecentAnswers {
  readonly #outcomes: RecentOutcome[] = []

  /** Oldest first. The list goes on changing. */
  get list(): readonly RecentOutcome[] {
    return this.#outcomes
  }

  add({ kind, at, stream, totalMs, ttftMs, usage }: Outcome): void {
    if (!isRecentAnswer(kind)) return
    // Assigned and moved by hand: spreading and `shift` were a tenth of what booking an outcome cost.
    const answer: Writable<RecentOutcome> = { kind, at, stream, totalMs }
    if (ttftMs !== undefined) answer.ttftMs = ttftMs
    if (usage?.outputTokens !== undefined) answer.outputTokens = usage.outputTokens
    const outcomes = this.#outcomes
    if (outcomes.length < MAX_ANSWERS) {
      outcomes.push(answer)
      return
    }
    for (let place = 1; place < MAX_ANSWERS; place++) outcomes[place - 1] = outcomes[place]!
    outcomes[MAX_ANSWERS - 1] = answer
  }
}
