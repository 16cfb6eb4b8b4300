import { bucketOf, GAMMA, type Scale, SPEED, TIME } from '../../src/base/grid.ts'
import { LOG_SPEED, LOG_TIME } from '../../src/federation/protocol/limits.ts'
import type { Moments, Report, ReportCell, SparseGrid } from '../../src/federation/protocol/types.ts'
import { Chance } from '../worlds/chance.ts'

/** What is true of a cell, before members differ. Logarithms of milliseconds and tokens per second. */
export interface Truth {
  readonly provider: string
  readonly model: string
  readonly class: string
  readonly ttft: number
  readonly total: number
  readonly speed: number
  readonly success: number
  readonly price: number
  readonly cacheHit: number
}

/** How members differ, and how requests of one member do: standard deviations of logarithms. */
export interface Spread {
  readonly tau: number
  readonly sigma: number
}

export interface Site {
  readonly id: string
  /** Requests an epoch and cell, 20 to 200. */
  readonly requests: number
  /** By cell: what this member sees. */
  readonly sees: readonly Truth[]
}

export function truths(seed: number, providers = 3, models = 2): Truth[] {
  const chance = new Chance(seed, 'truths')
  const cells: Truth[] = []
  for (let provider = 0; provider < providers; provider++) {
    for (let model = 0; model < models; model++) {
      for (const workload of ['chat.lt1k.plain', 'chat.lt8k.structured']) {
        const ttft = 6.3 + 0.6 * chance.normal()
        cells.push({
          provider: `p${provider}`,
          model: `m${model}`,
          class: workload,
          ttft,
          total: ttft + 1.5,
          speed: 4 + 0.5 * chance.normal(),
          success: chance.between(0.93, 1),
          price: chance.logNormal(2, 0.8),
          cacheHit: chance.between(0.2, 0.7),
        })
      }
    }
  }
  return cells
}

export function createSite(seed: number, id: string, cells: readonly Truth[], { tau }: Spread): Site {
  const chance = new Chance(seed, id)
  const requests = Math.round(chance.between(20, 200))
  const sees = cells.map((cell) => ({
    ...cell,
    ttft: cell.ttft + tau * chance.normal(),
    total: cell.total + tau * chance.normal(),
    speed: cell.speed + tau * chance.normal(),
    success: Math.min(1, Math.max(0, cell.success + 0.015 * chance.normal())),
    price: cell.price * (chance.next() < 0.1 ? 0.9 : 1),
  }))
  return { id, requests, sees }
}

/** What an honest member reports of an epoch. */
export function honestReport(seed: number, site: Site, epoch: number, { sigma }: Spread): Report {
  const chance = new Chance(seed, site.id, epoch)
  const cells = site.sees.map((cell): ReportCell => {
    const n = site.requests
    const moments = (mean: number, bounds: { min: number; max: number }): Moments => ({
      n,
      mean: Math.min(bounds.max, Math.max(bounds.min, mean + (sigma / Math.sqrt(n)) * chance.normal())),
      var: sigma ** 2 * Math.max(0.2, 1 + Math.sqrt(2 / n) * chance.normal()),
    })
    const faults = binomial(chance, n, 1 - cell.success)
    const times = {
      ttft: moments(cell.ttft, LOG_TIME),
      total: moments(cell.total, LOG_TIME),
      speed: moments(cell.speed, LOG_SPEED),
    }
    const grids =
      n < 150
        ? {}
        : { grids: { ttft: grid(times.ttft, TIME), total: grid(times.total, TIME), speed: grid(times.speed, SPEED) } }
    return {
      provider: cell.provider,
      model: cell.model,
      region: '-',
      class: cell.class,
      n,
      kinds: { ok: n - faults, provider_error: faults },
      ...times,
      cache_hit: Math.round(100 * cell.cacheHit) / 100,
      price: Number(cell.price.toPrecision(2)),
      ...grids,
    }
  })
  return { type: 'report', v: '1.0', epoch, continent: 'EU', noise: false, cells }
}

/** What honest members of one spread report: each report is made once, however many crowds it is in. */
export class HonestReports {
  readonly #seed: number
  readonly #spread: Spread
  readonly #reports = new Map<string, Report>()

  constructor(seed: number, spread: Spread) {
    this.#seed = seed
    this.#spread = spread
  }

  of(site: Site, epoch: number): Report {
    const key = `${site.id} ${epoch}`
    const known = this.#reports.get(key)
    if (known) return known
    const report = honestReport(this.#seed, site, epoch, this.#spread)
    this.#reports.set(key, report)
    return report
  }
}

/** A log-normal's expected counts, whole. */
function grid({ n, mean, var: variance }: Moments, scale: Scale): SparseGrid {
  const counts = new Map<number, number>()
  const steps = 60
  for (let step = 0; step < steps; step++) {
    const value = Math.exp(mean + Math.sqrt(variance) * probit((step + 0.5) / steps))
    const bucket = bucketOf(scale, value)
    counts.set(bucket, (counts.get(bucket) ?? 0) + n / steps)
  }
  return [...counts]
    .map(([bucket, count]) => [bucket, Math.max(1, Math.round(count))] as const)
    .sort(([a], [b]) => a - b)
}

export const shiftGrid = (sparse: SparseGrid | undefined, log: number): SparseGrid | undefined =>
  sparse && [
    ...sparse.reduce((counts, [bucket, count]) => {
      const to = Math.min(63, Math.max(0, bucket + Math.round(log / Math.log(GAMMA))))
      return counts.set(to, (counts.get(to) ?? 0) + count)
    }, new Map<number, number>()),
  ]

function binomial(chance: Chance, n: number, p: number): number {
  let count = 0
  for (let i = 0; i < n; i++) if (chance.next() < p) count++
  return count
}

/**
 * Inverse of the standard normal distribution (Shore 1982, good to 1 % within four standard deviations, all that is
 * needed here).
 */
function probit(p: number): number {
  const upper = Math.max(p, 1 - p)
  const z = 5.5556 * (1 - ((1 - upper) / upper) ** 0.1186)
  return p < 0.5 ? -z : z
}
