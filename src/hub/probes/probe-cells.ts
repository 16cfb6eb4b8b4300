import type { ProbeCell } from '../../federation/protocol/types.ts'
import type { Continent } from '../../federation/protocol/words.ts'
import { round, significant } from '../aggregate/rounding.ts'
import { FACETS, type Sums } from '../aggregate/sums.ts'
import { addProbeSums, emptyProbeSums, fadeTo, type ProbeSums, varianceOf } from './probe-sums.ts'

/** What a prober's requests to an endpoint in a class come to. */
export interface ProbedCell {
  readonly provider: string
  readonly model: string
  readonly region: string
  readonly class: string
  readonly continent: string
  readonly sums: ProbeSums
}

/** Standard normal distribution: 95 % lie below. */
const Z95 = 1.6449
/** A cell whose newest request is older than this says nothing any more. */
export const PROBE_SILENCE_S = 86_400

const keyOf = ({ provider, model, region, class: workload, continent }: ProbedCell): string =>
  `${provider}\n${model}\n${region}\n${workload}\n${continent}`

/**
 * The map's probe cells: one for each endpoint, class and continent, probers of a continent together; in the order of
 * their names. `now` in Unix seconds.
 */
export function probeCells(probed: readonly ProbedCell[], now: number): ProbeCell[] {
  const fresh = probed.filter(({ sums }) => now - sums.time < PROBE_SILENCE_S)
  return [...Map.groupBy(fresh, keyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => cellOf(group[0]!, together(group), now))
}

/** What all of them come to. */
export function together(group: readonly ProbedCell[]): ProbeSums {
  const all = emptyProbeSums(0)
  for (const { sums } of group) addProbeSums(all, sums)
  return all
}

function cellOf(
  { provider, model, region, class: workload, continent }: ProbedCell,
  sums: ProbeSums,
  now: number,
): ProbeCell {
  const { time } = sums
  fadeTo(sums, Math.max(time, now))
  const facets = Object.fromEntries(FACETS.map((name, facet) => [name, sums.facets[facet]]))
  const { ttft, total, speed, success, price } = facets
  const times = Object.entries({ ttft, total, speed }).flatMap(([name, own]) => (own ? [[name, own] as const] : []))
  return {
    provider,
    model,
    region,
    source: 'probe',
    continent: continent as Continent,
    class: workload,
    n: round(sums.n, 2),
    time: Math.floor(time),
    ...Object.fromEntries(times.map(([name, own]) => [name, momentsOf(own)])),
    ...(success && { success: { a: round(success.a, 2), b: round(success.b, 2) } }),
    ...(times.length > 0 && { quantiles: Object.fromEntries(times.map(([name, own]) => [name, quantilesOf(own)])) }),
    ...(price && { price: significant(price.a, 3) }),
  }
}

const momentsOf = (sums: Sums) => ({
  n: round(sums.n, 2),
  mean: round(sums.a, 3),
  var: round(varianceOf(sums), 4),
})

const quantilesOf = (sums: Sums): readonly [number, number] => [
  significant(Math.exp(sums.a), 3),
  significant(Math.exp(sums.a + Z95 * Math.sqrt(varianceOf(sums))), 3),
]
