import { BUCKETS, bucketOf, GAMMA, TIME } from '../base/grid.ts'
import type { AttemptRecord, CheckRecord, RequestRecord } from '../plugins/api.ts'
import { configuredEndpoints } from '../routing/catalogue.ts'
import type { Engine } from '../routing/engine.ts'
import { addCounts, type Counts, countsIn } from './counts.ts'
import { head, labelText, metric, type Sample } from './prometheus-text.ts'

/** Steps of the outcomes' grid that one bucket of a histogram holds: its bounds are then a factor 1.99 apart. */
const STEPS = 4
const HISTOGRAM_BUCKETS = BUCKETS / STEPS
/** Upper bounds, in seconds; the last one is infinite. */
const BOUNDS = Array.from({ length: HISTOGRAM_BUCKETS }, (_, i) =>
  i === HISTOGRAM_BUCKETS - 1 ? '+Inf' : ((TIME.smallest * GAMMA ** (STEPS * (i + 1))) / 1000).toPrecision(4),
)
/**
 * Endpoints with numbers of their own; what is configured later, or named by a client under `provider/any-model`,
 * shares those of `other`.
 */
const MAX_ENDPOINTS = 1000
const OTHER = 'other'

const BREAKER: Readonly<Record<string, number>> = { closed: 0, ramping: 1, 'half-open': 2, open: 3 }

class Histogram {
  readonly counts = new Float64Array(HISTOGRAM_BUCKETS)
  sumMs = 0

  add(ms: number): void {
    this.counts[Math.floor(bucketOf(TIME, ms) / STEPS)]! += 1
    this.sumMs += ms
  }

  merge({ counts, sumMs }: HistogramDelta): void {
    for (let i = 0; i < counts.length; i++) this.counts[i]! += counts[i]!
    this.sumMs += sumMs
  }
}

/** Of one endpoint, as it goes from one process to another. */
interface CountersDelta {
  readonly kinds: ReadonlyMap<string, number>
  readonly firstToken: HistogramDelta
  readonly duration: HistogramDelta
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

interface HistogramDelta {
  readonly counts: Float64Array
  readonly sumMs: number
}

/** What was counted since it was last asked for. */
export interface MetricsDelta {
  readonly requests: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly endpoints: ReadonlyMap<string, CountersDelta>
  /** Checks of answers by what they found, and models by those that were asked in their place. */
  readonly checks: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly escalations: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly connections: ReadonlyMap<string, number>
}

/** What cannot be counted but is as it is at this moment. */
export interface Load {
  readonly inFlight: (endpoint: string) => number
  readonly residentBytes: number
}

class EndpointCounters implements CountersDelta {
  readonly kinds = new Map<string, number>()
  readonly firstToken = new Histogram()
  readonly duration = new Histogram()
  inputTokens = 0
  outputTokens = 0
  costUsd = 0

  merge(other: CountersDelta): void {
    addCounts(this.kinds, other.kinds)
    this.firstToken.merge(other.firstToken)
    this.duration.merge(other.duration)
    this.inputTokens += other.inputTokens
    this.outputTokens += other.outputTokens
    this.costUsd += other.costUsd
  }
}

/** A sample for each of them, under these two labels. */
const samplesOf = (all: Counts, outer: string, inner: string): Sample[] =>
  [...all].flatMap(([name, counts]) =>
    [...counts].map(([other, count]): Sample => [{ [outer]: name, [inner]: other }, count]),
  )

/** Counters since the start, for Prometheus. Bounded, and O(1) per attempt. */
export class Metrics {
  readonly #requests = new Map<string, Map<string, number>>()
  readonly #endpoints = new Map<string, EndpointCounters>()
  readonly #checks = new Map<string, Map<string, number>>()
  readonly #escalations = new Map<string, Map<string, number>>()
  /** Those that were too many, by what became of them. */
  readonly #connections = new Map<string, number>()

  /** A finished request; `configured`: whether an endpoint is one of the configuration. */
  take(
    {
      operation,
      kind,
      attempts,
      selection,
    }: Pick<RequestRecord, 'operation' | 'kind' | 'attempts'> & {
      readonly selection?: RequestRecord['selection'] | undefined
    },
    configured: (endpoint: string) => boolean,
  ): void {
    const kinds = countsIn(this.#requests, operation)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    for (let at = 0; at < attempts.length; at++) this.#attempt(attempts[at]!, configured)
    if (selection?.checks) for (const check of selection.checks) this.#check(check)
  }

  /** A connection too many: a new one that was `refused`, or an idle one that was `closed` for it. */
  connection(outcome: 'refused' | 'closed'): void {
    this.#connections.set(outcome, (this.#connections.get(outcome) ?? 0) + 1)
  }

  /** Hands over what was counted, and begins anew; undefined when there is nothing. */
  drain(): MetricsDelta | undefined {
    if (this.#requests.size === 0 && this.#endpoints.size === 0 && this.#connections.size === 0) return undefined
    const delta = {
      requests: new Map(this.#requests),
      endpoints: new Map(this.#endpoints),
      checks: new Map(this.#checks),
      escalations: new Map(this.#escalations),
      connections: new Map(this.#connections),
    }
    this.#requests.clear()
    this.#endpoints.clear()
    this.#checks.clear()
    this.#escalations.clear()
    this.#connections.clear()
    return delta
  }

  /** Adds what another process counted. */
  merge(
    { requests, endpoints, checks, escalations, connections }: MetricsDelta,
    configured: (endpoint: string) => boolean,
  ): void {
    addCounts(this.#connections, connections)
    for (const [operation, kinds] of requests) addCounts(countsIn(this.#requests, operation), kinds)
    for (const [check, verdicts] of checks) addCounts(countsIn(this.#checks, check), verdicts)
    for (const [model, others] of escalations) addCounts(countsIn(this.#escalations, model), others)
    for (const [endpoint, counters] of endpoints) this.#countersOf(endpoint, configured).merge(counters)
  }

  /**
   * In Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). `load`: of this process,
   * unless it is one of many.
   */
  text(engine: Engine, load: Load = loadOf(engine)): string {
    const now = engine.now()
    const counters = [...this.#endpoints]
    const each = (value: (counters: EndpointCounters) => number): Sample[] =>
      counters.map(([endpoint, own]) => [{ endpoint }, value(own)])
    const ids = [...configuredEndpoints(engine.catalogue)]
    const health = (value: (id: string) => number): Sample[] => ids.map((endpoint) => [{ endpoint }, value(endpoint)])
    return [
      metric(
        'requests_total',
        'counter',
        'Requests by how they turned out.',
        samplesOf(this.#requests, 'operation', 'kind'),
      ),
      metric(
        'answer_checks_total',
        'counter',
        "Checks of a selector's answers before they went out, by what they found.",
        samplesOf(this.#checks, 'check', 'verdict'),
      ),
      metric(
        'escalations_total',
        'counter',
        'Answers of a model that failed a check, so that another one was asked in its place.',
        samplesOf(this.#escalations, 'model', 'next'),
      ),
      metric(
        'attempts_total',
        'counter',
        'Upstream calls by how they turned out.',
        counters.flatMap(([endpoint, { kinds }]) =>
          [...kinds].map(([kind, count]): Sample => [{ endpoint, kind }, count]),
        ),
      ),
      histogram(
        'first_token_seconds',
        'Time to the first output token; not streaming, to the whole body.',
        counters,
        (own) => own.firstToken,
      ),
      histogram('attempt_seconds', 'Length of an upstream call that succeeded.', counters, (own) => own.duration),
      metric(
        'input_tokens_total',
        'counter',
        'Input tokens, estimated where the upstream did not say.',
        each((own) => own.inputTokens),
      ),
      metric(
        'output_tokens_total',
        'counter',
        'Output tokens, estimated where the upstream did not say.',
        each((own) => own.outputTokens),
      ),
      metric(
        'cost_usd_total',
        'counter',
        'Cost by the known prices.',
        each((own) => own.costUsd),
      ),
      metric('connections_over_limit_total', 'counter', 'Connections that were too many, by what was done.', [
        [{ outcome: 'refused' }, this.#connections.get('refused') ?? 0],
        [{ outcome: 'closed' }, this.#connections.get('closed') ?? 0],
      ]),
      metric('in_flight', 'gauge', 'Upstream calls under way.', health(load.inFlight)),
      metric(
        'breaker_state',
        'gauge',
        '0 closed, 1 ramping up, 2 half-open, 3 open.',
        health((id) => BREAKER[engine.state.health.of(id)?.breaker.state(now) ?? 'closed'] ?? 0),
      ),
      metric(
        'operation_breaker_state',
        'gauge',
        'The same for an operation that an endpoint was found not to have.',
        ids.flatMap((endpoint) =>
          [...(engine.state.health.of(endpoint)?.operations ?? [])].map(([operation, { breaker }]): Sample => {
            return [{ endpoint, operation }, BREAKER[breaker.state(now)] ?? 0]
          }),
        ),
      ),
      `# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${(performance.timeOrigin / 1000).toFixed(3)}\n`,
      `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${load.residentBytes}\n`,
    ].join('')
  }

  #attempt(
    { endpoint, kind, ttftMs, totalMs, usage, costUsd }: AttemptRecord,
    configured: (endpoint: string) => boolean,
  ): void {
    const own = this.#countersOf(endpoint, configured)
    own.kinds.set(kind, (own.kinds.get(kind) ?? 0) + 1)
    own.inputTokens += usage?.inputTokens ?? 0
    own.outputTokens += usage?.outputTokens ?? 0
    own.costUsd += costUsd ?? 0
    if (kind !== 'ok') return
    if (ttftMs !== undefined) own.firstToken.add(ttftMs)
    own.duration.add(totalMs)
  }

  #check({ check, passed, model, next, escalated }: CheckRecord): void {
    const verdict = passed === undefined ? 'unknown' : passed ? 'passed' : 'failed'
    addCounts(countsIn(this.#checks, check), new Map([[verdict, 1]]))
    if (escalated && next !== undefined) addCounts(countsIn(this.#escalations, model), new Map([[next, 1]]))
  }

  #countersOf(endpoint: string, configured: (endpoint: string) => boolean): EndpointCounters {
    const known = this.#endpoints.get(endpoint)
    if (known) return known
    const name = configured(endpoint) && this.#endpoints.size < MAX_ENDPOINTS ? endpoint : OTHER
    const counters = this.#endpoints.get(name) ?? new EndpointCounters()
    this.#endpoints.set(name, counters)
    return counters
  }
}

const loadOf = ({ state }: Engine): Load => ({
  inFlight: (endpoint) => state.health.inFlight(endpoint),
  residentBytes: process.memoryUsage.rss(),
})

function histogram(
  name: string,
  help: string,
  counters: readonly (readonly [string, EndpointCounters])[],
  pick: (counters: EndpointCounters) => Histogram,
): string {
  const lines = counters.map(([endpoint, own]) => {
    const { counts, sumMs } = pick(own)
    let count = 0
    const buckets = BOUNDS.map((le, i) => {
      count += counts[i]!
      return `commonroute_${name}_bucket${labelText({ endpoint, le })} ${count}\n`
    })
    const labels = labelText({ endpoint })
    return `${buckets.join('')}commonroute_${name}_sum${labels} ${sumMs / 1000}\ncommonroute_${name}_count${labels} ${count}\n`
  })
  return `${head(name, 'histogram', help)}${lines.join('')}`
}
