import { type FinishedRequest, modelServed } from '../../outcomes/log/finished-request.ts'
import type { ModelSelection, OutcomeKind } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import type { Plan } from '../plan/planner.ts'
import type { Progress } from './progress.ts'

/** A request that is over. */
export interface Recorded extends AttemptContext {
  readonly progress: Progress
  /** The last one. */
  readonly plan: Plan | undefined
  readonly kind: OutcomeKind | undefined
  readonly seed: number
  /** Until its end, which is before it is recorded. */
  readonly totalMs: number
  readonly configVersion: string
  readonly selection: ModelSelection | undefined
}

/** Characters of the model's name that the client asked for. */
const MAX_NAME = 200

/** Whose answer it was, or the last failure. */
function modelOf({ answeredBy, attempts, candidates, held }: Progress): string | undefined {
  if (answeredBy) return answeredBy.model
  return modelServed(candidates, held?.planned.endpoint.id ?? attempts.at(-1)?.endpoint)
}

/** Its record. */
export function requestRecord(run: Recorded): FinishedRequest {
  const { account, answer, call, description, progress, selection } = run
  const plan = run.plan!
  const { model, preferences } = plan.step
  const { outputTokens, placedBy, valueOfTime } = progress.decided ?? plan
  const requested = description.asked.model
  return {
    id: call.id,
    time: call.time,
    requestedModel: typeof requested === 'string' ? requested.slice(0, MAX_NAME) : model.name,
    model: modelOf(progress) ?? model.name,
    operation: call.operation,
    wire: call.wire,
    class: run.class,
    stream: call.stream,
    strategy: preferences.sort ? `sort:${preferences.sort}` : model.strategy.name,
    configVersion: run.configVersion,
    inputTokensEstimate: run.inputTokens,
    outputTokensEstimate: outputTokens,
    seed: run.seed,
    valueOfTime,
    placedBy,
    selection,
    planned: progress.candidates,
    excluded: progress.excluded,
    attempts: progress.attempts,
    delivered: progress.delivered ? true : undefined,
    kind: run.kind ?? (answer.sink.closed ? 'caller_cancelled' : 'router_error'),
    upstreamId: progress.upstreamId,
    requestId: call.trace?.requestId,
    traceparent: call.trace?.traceparent,
    client: account === '' ? undefined : account,
    totalMs: run.totalMs,
    overheadMs: progress.overheadMs,
  }
}
