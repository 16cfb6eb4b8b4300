/** Sites that begin when others have long been at work: what a map is worth in their first twenty requests. */
import { bootstrap } from '../../src/replay/statistics.ts'
import { SITES, type Site } from '../worlds/profiles.ts'
import type { WorldOutcome } from './worlds.ts'

const STARTS = 24
/** Those that are at work from the beginning, and many that begin between three and nine tenths of the time. */
export const STARTING_SITES: readonly Site[] = [
  ...SITES.filter(({ from }) => from === 0),
  ...Array.from({ length: STARTS }, (_, at) => ({ rate: 60, from: 0.3 + (0.6 * at) / STARTS })),
]
/** A world of these is over after so many hours. */
export const STARTING_HOURS = 12

export interface NewcomerFigures {
  readonly starts: number
  /** Seconds a request beyond the endpoint that was best in the first twenty requests, mean over the starts. */
  readonly alone: number
  readonly mapped: number
  readonly ratio: number
  /** 95 % interval of the ratio, over starts. */
  readonly interval: readonly [number, number]
}

/** From runs of one strategy with and without a map, in the same worlds. */
export function newcomerFigures(outcomes: readonly WorldOutcome[]): NewcomerFigures {
  const excess = (map: boolean) =>
    outcomes
      .filter((one) => one.map === map)
      .flatMap(({ result }) =>
        result.sites.flatMap((site, at) => (STARTING_SITES[at]!.from > 0 ? [site.first20_excess] : [])),
      )
  const [alone, mapped] = [excess(false), excess(true)]
  const pairs = alone
    .map((without, at) => [mapped[at]!, without] as const)
    .filter((pair) => pair.every(Number.isFinite))
  const mean = (of: readonly (readonly [number, number])[], which: 0 | 1) =>
    of.reduce((sum, pair) => sum + pair[which], 0) / of.length
  const ratio = (of: readonly (readonly [number, number])[]) => mean(of, 0) / mean(of, 1)
  return {
    starts: pairs.length,
    alone: mean(pairs, 1),
    mapped: mean(pairs, 0),
    ratio: ratio(pairs),
    interval: bootstrap(pairs, ratio),
  }
}
