import { LOG_SPEED, LOG_TIME, MAX_REQUESTS } from '../../src/federation/protocol/limits.ts'
import type { Moments, ReportCell } from '../../src/federation/protocol/types.ts'
import { type Spread, shiftGrid, type Truth } from './honest.ts'

/**
 * What a liar knows: its own honest report, the truth, how honest members differ, the epoch and its number among the
 * liars.
 */
interface Lie {
  readonly cell: ReportCell
  readonly truth: Truth
  readonly index: number
  readonly spread: Spread
  readonly epoch: number
  readonly liar: number
}
export type Liar = (lie: Lie) => ReportCell

const TIMES = ['ttft', 'total', 'speed'] as const
const clip = (facet: (typeof TIMES)[number], mean: number): number => {
  const bounds = facet === 'speed' ? LOG_SPEED : LOG_TIME
  return Math.min(bounds.max, Math.max(bounds.min, mean))
}

/** Means moved by what `by` says, grids with them. */
function moved(cell: ReportCell, by: (facet: (typeof TIMES)[number], moments: Moments) => number): ReportCell {
  const times: Record<string, Moments> = {}
  const grids: Record<string, unknown> = {}
  for (const facet of TIMES) {
    const moments = cell[facet]
    if (!moments) continue
    const mean = clip(facet, moments.mean + by(facet, moments))
    times[facet] = { ...moments, mean }
    if (cell.grids?.[facet]) grids[facet] = shiftGrid(cell.grids[facet], mean - moments.mean)
  }
  return { ...cell, ...times, ...(cell.grids && { grids }) } as ReportCell
}

/** All liars say the truth plus so many standard deviations of honest members. */
const sds =
  (count: number): Liar =>
  ({ cell, truth, spread }) =>
    moved(
      cell,
      (facet, { mean, n }) => truth[facet] + count * Math.sqrt(spread.tau ** 2 + spread.sigma ** 2 / n) - mean,
    )

const faults = (cell: ReportCell, share: number): ReportCell => {
  const failed = Math.round(cell.n * share)
  return { ...cell, kinds: { ok: cell.n - failed, provider_error: failed } }
}
const scaled = (cell: ReportCell, factor: number) => moved(cell, () => Math.log(factor))
const praised = (cell: ReportCell): ReportCell =>
  faults({ ...moved(cell, (facet) => (facet === 'speed' ? 3 : -3)), price: 0.01 }, 0)
const buried = (cell: ReportCell): ReportCell =>
  faults({ ...moved(cell, (facet) => (facet === 'speed' ? -3 : 3)), price: 99 }, 1)
const pick = <T>(items: readonly T[], at: number): T => items[at % items.length]!

const SINGLE: Readonly<Record<string, Liar>> = {
  'x 10': ({ cell }) => scaled(cell, 10),
  'x 0.1': ({ cell }) => scaled(cell, 0.1),
  'x 2': ({ cell }) => scaled(cell, 2),
  constant: ({ cell }) => moved(cell, (_, { mean }) => 7 - mean),
  '+0.5 sd': sds(0.5),
  '+1 sd': sds(1),
  '+2 sd': sds(2),
  '-2 sd': sds(-2),
  '+3 sd': sds(3),
  '+5 sd': sds(5),
  'signs flipped': ({ cell }) => moved(cell, (_, { mean }) => 2 * (6 - mean)),
  'half up, half down': ({ cell, liar }) => scaled(cell, liar % 2 === 0 ? 10 : 0.1),
  'one praised': ({ cell, index }) => (index < 2 ? praised(cell) : cell),
  'one praised, all buried': ({ cell, index }) => (index < 2 ? praised(cell) : buried(cell)),
  'success: none': ({ cell }) => faults(cell, 1),
  'success: 10 points less': ({ cell, truth }) => faults(cell, Math.min(1, 1.1 - truth.success)),
  'huge n': ({ cell }) => {
    const n = MAX_REQUESTS
    const grown = { ...scaled(cell, 3), n }
    for (const facet of TIMES) if (grown[facet]) Object.assign(grown, { [facet]: { ...grown[facet], n } })
    return faults(grown, 0.5)
  },
  grids: ({ cell }) => ({ ...cell, grids: { ttft: [[63, 200]], total: [[63, 200]], speed: [[0, 200]] } }),
  'variances 4': ({ cell }) =>
    ({
      ...cell,
      grids: {},
      ...Object.fromEntries(TIMES.flatMap((facet) => (cell[facet] ? [[facet, { ...cell[facet], var: 4 }]] : []))),
    }) as ReportCell,
  'price x 10': ({ cell }) => ({ ...cell, price: 10 * (cell.price ?? 1), cache_hit: 0 }),
  'price x 0.8': ({ cell }) => ({ ...cell, price: 0.8 * (cell.price ?? 1) }),
  'honest but for an hour of four': ({ cell, epoch }) => (epoch % 4 === 3 ? faults(scaled(cell, 10), 1) : cell),
  'three hours honest, then x 3': ({ cell, epoch }) => (epoch % 6 >= 3 ? scaled(cell, 3) : cell),
}

export const LIARS: Readonly<Record<string, Liar>> = {
  ...SINGLE,
  'every liar another way': (lie) => pick(Object.values(SINGLE), lie.liar)(lie),
}
