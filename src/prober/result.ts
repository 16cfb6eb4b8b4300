import type { ProbeResult, PublicEndpoint } from '../federation/protocol/types.ts'
import { REPORT_KINDS, type ReportKind } from '../federation/protocol/words.ts'
import { classOf, publicClassOf } from '../outcomes/cells/class-of.ts'
import { sampleOf } from '../outcomes/sample.ts'
import { speedOf } from '../outcomes/speed.ts'
import type { AttemptRecord, Operation, OutcomeKind } from '../plugins/api.ts'

const MILLION = 1e6

/** What was asked for. */
export interface Asked {
  readonly name: PublicEndpoint
  readonly operation: Operation
  readonly stream: boolean
  readonly structured: boolean
  /** An estimate, for answers that do not say how long the prompt was. */
  readonly inputTokens: number
}

/** Whether it says how an endpoint does, and not that the prober's key, money or request is wrong. */
export const isTelling = (kind: OutcomeKind): kind is ReportKind => (REPORT_KINDS as readonly string[]).includes(kind)

/**
 * An answer that came to nothing within the few tokens that it was allowed: the model was still thinking, or in the
 * middle of its JSON. It says nothing.
 */
export const isCutShort = ({ kind, finishReason }: AttemptRecord): boolean =>
  (kind === 'provider_empty' || kind === 'provider_malformed') && finishReason === 'length'

/**
 * An attempt as it is sent to the hub, by the rules by which routers learn from their own. `isTimed`: whether this
 * process had time to look at the clock. `at` in Unix milliseconds.
 */
export function resultOf(
  asked: Asked,
  attempt: AttemptRecord & { kind: ReportKind },
  at: number,
  isTimed: boolean,
): ProbeResult {
  const { name, operation, stream, structured, inputTokens } = asked
  const workloadClass = classOf(operation, attempt.usage?.inputTokens ?? inputTokens, structured)
  const { kind, ttftMs, totalMs, usage, costUsd } = attempt
  const speed = speedOf(workloadClass, { stream, usage, ttftMs, totalMs })
  const sample = sampleOf({
    endpoint: attempt.endpoint,
    class: workloadClass,
    kind,
    at,
    stream,
    totalMs,
    ...(ttftMs !== undefined && { ttftMs }),
    ...(speed !== undefined && { tokensPerSecond: speed }),
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
  })!
  const tokens = sample.inputTokens + sample.outputTokens
  return {
    ...name,
    class: publicClassOf(workloadClass),
    time: Math.floor(at / 1000),
    stream,
    kind,
    ...(isTimed && stream && sample.ttftBucket >= 0 && { ttft: round(Math.exp(sample.logTtft)) }),
    ...(isTimed && !stream && sample.totalBucket >= 0 && { total: round(totalMs) }),
    ...(isTimed && sample.speedBucket >= 0 && { speed: round(Math.exp(sample.logSpeed)) }),
    ...(kind === 'ok' &&
      sample.costUsd > 0 &&
      tokens > 0 && { price: Number(((MILLION * sample.costUsd) / tokens).toPrecision(3)) }),
  }
}

const round = (value: number): number => Number(value.toPrecision(4))
