import { type WorkKind, workKindOf } from '../base/work-units.ts'
import type { Usage } from '../plugins/api.ts'
import { workOf } from './work.ts'

/** What flows for less came in one piece. */
const MIN_FLOW_MS = 20

/** How fast an answer was made. */
export interface Timed {
  readonly stream: boolean
  readonly usage?: Usage | undefined
  readonly ttftMs?: number | undefined
  readonly totalMs: number
}

/** In the unit of its class (see `Outcome.tokensPerSecond`); undefined where it cannot be told. */
export function speedOf(workloadClass: string, timed: Timed): number | undefined {
  // Sessions last as long as their client likes.
  if (workloadClass.startsWith('realtime.')) return undefined
  const kind = workKindOf(workloadClass)
  return kind ? workSpeed(kind, workOf(workloadClass, timed.usage ?? NO_USAGE), timed) : tokenSpeed(timed)
}

const NO_USAGE: Usage = {}

/** After the first token. Of a whole answer only the time to all of it is known. */
function tokenSpeed({ stream, usage, ttftMs, totalMs }: Timed): number | undefined {
  const tokens = stream ? (usage?.outputTokens ?? 0) : 0
  if (tokens <= 1 || ttftMs === undefined) return undefined
  const generatingMs = totalMs - ttftMs
  return generatingMs > 0 ? ((tokens - 1) * 1000) / generatingMs : undefined
}

/**
 * Over the whole time, but for speech that flows: that is over the time from its first piece on. Where most of the time
 * was before that piece, it was made in one.
 */
function workSpeed(kind: WorkKind, amount: number | undefined, { ttftMs = 0, totalMs }: Timed): number | undefined {
  if (amount === undefined || amount <= 0 || totalMs <= 0) return undefined
  const flowingMs = totalMs - ttftMs
  const flows = kind === 'speech' && flowingMs >= MIN_FLOW_MS && flowingMs > ttftMs
  return (amount * 1000) / (flows ? flowingMs : totalMs)
}
