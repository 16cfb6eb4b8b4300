import { BoundedMap } from '../../base/bounded-map.ts'
import { isRecentAnswer } from '../../outcomes/quality/recent-answers.ts'
import type { RecentOutcome, RequestRecord } from '../../plugins/api.ts'

/** Endpoints told apart, by latest use. */
const ENDPOINTS = 5_000
/** Of each endpoint: the ten that a candidate has, and what ended while a long request was under way. */
const KEPT = 100
const MAX_ANSWERS = 10

/**
 * Every endpoint's latest outcomes as they were at a time, made again from the attempts on record. Records come in the
 * order in which they ended.
 */
export class LoggedAnswers {
  readonly #answers = new BoundedMap<string, RecentOutcome[]>(ENDPOINTS)

  add({ time, stream, attempts }: RequestRecord): void {
    for (const { endpoint, kind, startMs, totalMs, ttftMs, usage } of attempts) {
      if (typeof endpoint !== 'string' || !isRecentAnswer(kind)) continue
      const list = this.#answers.get(endpoint) ?? []
      if (list.length === 0) this.#answers.set(endpoint, list)
      const at = time + startMs + totalMs
      const outputTokens = usage?.outputTokens
      // Attempts of a request end before it does: nearly in order.
      let place = list.length
      while (place > 0 && list[place - 1]!.at > at) place--
      const times = {
        totalMs,
        ...(ttftMs !== undefined && { ttftMs }),
        ...(outputTokens !== undefined && { outputTokens }),
      }
      list.splice(place, 0, { kind, at, stream, ...times })
      if (list.length > KEPT) list.shift()
    }
  }

  /** Those that had ended by `time` (Unix milliseconds), at most ten, oldest first. */
  before(endpoint: string, time: number): readonly RecentOutcome[] {
    const list = this.#answers.get(endpoint) ?? []
    let end = list.length
    while (end > 0 && list[end - 1]!.at > time) end--
    return list.slice(Math.max(0, end - MAX_ANSWERS), end)
  }
}
