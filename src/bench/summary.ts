import type { Box } from '../base/format/box.ts'
import { type WorkUnit, workUnitOf } from '../base/work-units.ts'
import { classOf } from '../outcomes/cells/class-of.ts'
import { speedOf } from '../outcomes/speed.ts'
import type { AttemptRecord, Operation, OutcomeKind } from '../plugins/api.ts'
import { isStreamed } from './inputs.ts'

/** One request that was made. */
export interface Sample {
  readonly endpoint: string
  readonly round: number
  /** Unix milliseconds when it ended. */
  readonly at: number
  readonly attempt: AttemptRecord
  /** What was asked for. Default: a chat. */
  readonly operation?: Operation
}

/** Exact quantiles of the successful requests, not those of a grid. */
export interface Spread extends Box {
  readonly n: number
}

export interface EndpointSummary {
  readonly endpoint: string
  readonly operation: Operation
  readonly requests: number
  readonly ok: number
  readonly errors: Readonly<Partial<Record<OutcomeKind, number>>>
  /** The last reason given, as an example. */
  readonly lastError?: string
  /** Milliseconds. */
  readonly ttft?: Spread
  /** Milliseconds. */
  readonly total?: Spread
  readonly tokensPerSecond?: Spread
  readonly outputTokens: number
  /** USD; undefined when no price is known. */
  readonly costUsd?: number
  /** Time to first token of every request in order, undefined where it failed. */
  readonly series: readonly (number | undefined)[]
}

/**
 * Output tokens per second after the first token, or what the operation's work is counted in; undefined for fewer than
 * two tokens or an answer that came in one piece.
 */
export const sampleSpeed = ({ attempt, operation = 'chat' }: Pick<Sample, 'attempt' | 'operation'>) =>
  speedOf(classOf(operation, 0, false), { ...attempt, stream: isStreamed(operation) })

/** What its speed counts; undefined for tokens. */
export const unitOf = (operation: Operation): WorkUnit | undefined => workUnitOf(classOf(operation, 0, false))

/** Quantiles by linear interpolation (Hyndman and Fan's type 7, as in R and NumPy); undefined without values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((first, second) => first - second)
  const quantile = (share: number): number => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] as number
    const above = sorted[Math.ceil(place)] as number
    return below + (above - below) * (place - Math.floor(place))
  }
  return {
    n: sorted.length,
    min: quantile(0),
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p95: quantile(0.95),
    max: quantile(1),
  }
}

/** One summary an endpoint, in the order given; also for endpoints that were never reached. */
export function summarize(endpoints: readonly string[], samples: readonly Sample[]): EndpointSummary[] {
  const byEndpoint = Map.groupBy(samples, (sample) => sample.endpoint)
  return endpoints.map((endpoint) => {
    const own = (byEndpoint.get(endpoint) ?? []).toSorted((first, second) => first.round - second.round)
    return summarizeOne(endpoint, own)
  })
}

function summarizeOne(endpoint: string, samples: readonly Sample[]): EndpointSummary {
  const attempts = samples.map(({ attempt }) => attempt)
  const good = attempts.filter((attempt) => attempt.kind === 'ok')
  const bad = attempts.filter((attempt) => attempt.kind !== 'ok')
  const errors: Partial<Record<OutcomeKind, number>> = {}
  for (const { kind } of bad) errors[kind] = (errors[kind] ?? 0) + 1
  const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined)
  const ttft = spreadOf(known(good.map((attempt) => attempt.ttftMs)))
  const total = spreadOf(good.map((attempt) => attempt.totalMs))
  const speed = spreadOf(known(samples.filter(({ attempt }) => attempt.kind === 'ok').map(sampleSpeed)))
  const costs = known(attempts.map((attempt) => attempt.costUsd))
  const lastError = bad.findLast((attempt) => attempt.message)?.message
  return {
    endpoint,
    operation: samples[0]?.operation ?? 'chat',
    requests: attempts.length,
    ok: good.length,
    errors,
    ...(lastError === undefined ? {} : { lastError }),
    ...(ttft && { ttft }),
    ...(total && { total }),
    ...(speed && { tokensPerSecond: speed }),
    outputTokens: attempts.reduce((sum, attempt) => sum + (attempt.usage?.outputTokens ?? 0), 0),
    ...(costs.length > 0 && { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
    series: attempts.map((attempt) => (attempt.kind === 'ok' ? attempt.ttftMs : undefined)),
  }
}
