import { LOG_SPEED, LOG_TIME, MAX_LOG_VARIANCE } from '../../federation/protocol/limits.ts'
import type { ProbeResult } from '../../federation/protocol/types.ts'
import { FAULT_KINDS } from '../../federation/protocol/words.ts'
import { clamp } from '../aggregate/rounding.ts'
import { addSums, emptySums, FACET_COUNT, FACETS, type Facet, fadeSums, SUCCESS, type Sums } from '../aggregate/sums.ts'

/** A request counts half as much after this time: a dozen of them at an interval of half an hour. */
const HALF_LIFE_S = 6 * 3_600
/** A request that comes so long after the one before says how the endpoint did all that time. */
const WHOLE_S = 1_800
const GUESS = 0.25
const GUESS_WORTH = 5
/** Less than this is nothing. */
const LEAST = 0.01

/** What requests to an endpoint in a class add up to by `time`: their number, and each facet of the map. */
export interface ProbeSums {
  n: number
  time: number
  readonly facets: (Sums | undefined)[]
}

export const emptyProbeSums = (time: number): ProbeSums => ({
  n: 0,
  time,
  facets: new Array<Sums | undefined>(FACET_COUNT).fill(undefined),
})

/**
 * Adds a request, in place; one that is older than the others counts less. Success is a share of time: an endpoint that
 * fails is asked every other minute, and one outage is not fifteen.
 */
export function addResult(sums: ProbeSums, result: ProbeResult): void {
  const stands = sums.n === 0 ? 1 : Math.min(1, Math.abs(result.time - sums.time) / WHOLE_S)
  fadeTo(sums, Math.max(sums.time, result.time))
  const weight = keepOver(sums.time - result.time)
  sums.n += weight
  for (const [facet, name] of FACETS.entries()) {
    const own = sumsOf(result, name)
    if (!own) continue
    sums.facets[facet] ??= emptySums()
    addSums(facet, sums.facets[facet], own, facet === SUCCESS ? weight * stands : weight)
  }
}

/** Adds what another prober measured, in place. */
export function addProbeSums(sums: ProbeSums, other: ProbeSums): void {
  fadeTo(sums, Math.max(sums.time, other.time))
  const weight = keepOver(sums.time - other.time)
  sums.n += weight * other.n
  for (const [facet, own] of other.facets.entries()) {
    if (!own) continue
    sums.facets[facet] ??= emptySums()
    addSums(facet, sums.facets[facet], own, weight)
  }
}

/** In place: time passes, to Unix seconds `time`. */
export function fadeTo(sums: ProbeSums, time: number): void {
  const keep = keepOver(time - sums.time)
  sums.n *= keep
  sums.time = time
  for (const [facet, own] of sums.facets.entries()) {
    if (!own) continue
    fadeSums(facet, own, keep)
    if (own.n < LEAST) sums.facets[facet] = undefined
  }
}

/** As `probe_cells.sums` has it; the time stands beside it. */
export const encodeProbeSums = ({ n, facets }: ProbeSums): string =>
  JSON.stringify([n, facets.map((own) => (own ? [own.n, own.a, own.b] : null))])

export function decodeProbeSums(text: string, time: number): ProbeSums {
  const [n, facets] = JSON.parse(text) as [number, ([number, number, number] | null)[]]
  return {
    n,
    time,
    facets: facets.map((own) => (own ? { n: own[0], a: own[1], b: own[2], grid: undefined } : undefined)),
  }
}

const keepOver = (seconds: number): number => 0.5 ** (Math.max(0, seconds) / HALF_LIFE_S)

function sumsOf(result: ProbeResult, facet: Facet): Sums | undefined {
  switch (facet) {
    case 'success': {
      const ok = result.kind === 'ok'
      const counts = ok || FAULT_KINDS.includes(result.kind)
      return counts ? { n: 1, a: ok ? 1 : 0, b: ok ? 0 : 1, grid: undefined } : undefined
    }
    case 'cache_hit':
    case 'passed_over':
    case 'offered':
      return undefined
    case 'price':
      return result.price === undefined ? undefined : { n: 1, a: result.price, b: 0, grid: undefined }
    default: {
      const value = result[facet]
      if (value === undefined) return undefined
      const { min, max } = facet === 'speed' ? LOG_SPEED : LOG_TIME
      return { n: 1, a: clamp(Math.log(value), min, max), b: 0, grid: undefined }
    }
  }
}

/**
 * Variance of the logarithm, from a guess (0.5 squared, as routers guess it) that is worth five requests: two that
 * happen to agree do not make an endpoint exact.
 */
export const varianceOf = ({ n, b }: Sums): number =>
  clamp((GUESS_WORTH * GUESS + n * b) / (GUESS_WORTH + Math.max(0, n - 1)), 0, MAX_LOG_VARIANCE)
