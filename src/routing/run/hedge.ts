import type { Belief, OutcomeKind } from '../../plugins/api.ts'
import { type Launched, launch } from '../attempt/try-route.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { RequestRun } from './request-run.ts'
import { movesOn } from './verdict.ts'

/** Quantile of the standard normal: 95 %. */
const P95 = 1.645
/** Of single times within an endpoint, on the log scale, while its own are few (thefastest.ai panel of 2024: 0.51). */
const USUAL_SPREAD = 0.51
const MIN_SPREAD = 0.2
export interface Tried {
  /** What decides how the request goes on: the winner's, else the last failure, but the caller's own fault first. */
  readonly kind: OutcomeKind
  /** The attempts made, without one that lost the race. */
  readonly tries: readonly { readonly planned: PlannedRoute; readonly kind: OutcomeKind }[]
  readonly begun: number
}

/**
 * Tries an endpoint, and while it has not shown a first token after the 95th percentile of its own times, another one beside it (Dean and
 * Barroso, "The Tail at Scale", 2013). The first token wins: the other attempt is cancelled and booked as `caller_cancelled`, which counts
 * against nobody. `spare` gives the endpoint for the second attempt, when there is one and the budget allows it. Undefined when the
 * request cannot be said in the endpoint's wire.
 */
export async function race(run: RequestRun, planned: PlannedRoute, spare?: () => PlannedRoute | undefined): Promise<Tried | undefined> {
  const runners: Launched[] = []
  const begin = (route: PlannedRoute) => {
    const launched = launch(run, route, () => {
      for (const other of runners) if (other !== launched) other.lose()
    })
    if (launched) runners.push(launched)
  }
  begin(planned)
  const timer =
    spare &&
    runners.length > 0 &&
    run.engine.wheel.add(patienceMs(planned, run.routing.hedging.minDelayMs), () => {
      if (run.committed || run.sink.closed) return
      const second = spare()
      if (second) begin(second)
    })
  const tries: Tried['tries'][number][] = []
  let kind: OutcomeKind | undefined
  // A second runner joins while the first is awaited.
  for (const runner of runners) {
    const ended = await runner.done
    if (timer) timer.cancel()
    if (runner.lost) continue
    tries.push({ planned: runner.planned, kind: ended })
    if (kind === undefined || ended === 'ok' || movesOn(kind)) kind = ended
  }
  return kind === undefined ? undefined : { kind, tries, begun: runners.length }
}

/** p95 of the endpoint's time to first token, by what is believed of it and as slow as it is right now; at least `minDelayMs`. */
function patienceMs({ candidate: { ttft, stall } }: PlannedRoute, minDelayMs: number): number {
  return Math.max(minDelayMs, Math.exp(ttft.mean + P95 * Math.hypot(spreadOf(ttft), ttft.sd)) * stall)
}

/** Sd of single times: a belief's sd is of their mean, over n of them. */
const spreadOf = ({ from, n, sd }: Belief) => (from === 'cell' && n > 1 ? Math.max(MIN_SPREAD, sd * Math.sqrt(n)) : USUAL_SPREAD)
