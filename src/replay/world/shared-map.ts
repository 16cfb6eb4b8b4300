import { Memory } from '../../outcomes/memory.ts'
import { sampleOf } from '../../outcomes/sample.ts'
import type { Outcome } from '../../outcomes/types.ts'
import { weightedMedian } from '../statistics.ts'
import type { PriorSource } from '../virtual-router.ts'
import type { WorldSite } from './types.ts'

/** What the map's opinion of a cell is worth at most, in observations. */
const KAPPA = 8
/** Less than about one observation is none. */
const LEAST = 0.5
/** No site weighs more than this many observations. */
const LARGEST_WEIGHT = 200

interface Cell {
  readonly memory: Memory
  readonly key: string
}

interface Opinion {
  readonly site: string
  readonly region: string
  readonly value: number
  readonly weight: number
}

/**
 * A prior shared by all sites, made anew at every `refresh` from what each has learned, and never from what it was told: per endpoint and class the
 * weighted median of the other sites' log-means, of those of the same region when there are any. Replaced, not
 * added up. A hub would also leave out what few members have seen; here every observation counts.
 */
export class SharedMap {
  readonly #sites: ReadonlyMap<string, { readonly region: string; readonly cells: Map<string, Cell> }>
  #priors = new Map<string, Map<string, { mean: number; kappa: number }>>()

  constructor(sites: readonly WorldSite[]) {
    this.#sites = new Map(sites.map(({ id, region }) => [id, { region, cells: new Map() }]))
  }

  learn(site: string, outcome: Outcome): void {
    const sample = sampleOf(outcome)
    if (!sample) return
    const { cells } = this.#sites.get(site)!
    const key = `${outcome.endpoint}\n${outcome.class}`
    const cell = cells.get(key) ?? { memory: new Memory(), key }
    cells.set(key, cell)
    cell.memory.learn(outcome.at, sample)
  }

  priorOf(site: string): PriorSource {
    return (endpoint, workload, quantity) => this.#priors.get(site)?.get(`${endpoint}\n${workload}\n${quantity}`)
  }

  refresh(now: number): void {
    const opinions = new Map<string, Opinion[]>()
    for (const [site, { region, cells }] of this.#sites) {
      for (const { key, memory } of cells.values()) {
        for (const [quantity, sums] of [
          ['ttft', memory.ttft(now, true)],
          ['speed', memory.speed(now)],
        ] as const) {
          if (sums.n < LEAST) continue
          const name = `${key}\n${quantity}`
          const known = opinions.get(name) ?? []
          known.push({ site, region, value: sums.sum / sums.n, weight: Math.min(LARGEST_WEIGHT, sums.n) })
          opinions.set(name, known)
        }
      }
    }
    this.#priors = new Map([...this.#sites].map(([site, { region }]) => [site, priorsFor(site, region, opinions)]))
  }
}

function priorsFor(
  site: string,
  region: string,
  opinions: ReadonlyMap<string, readonly Opinion[]>,
): Map<string, { mean: number; kappa: number }> {
  const priors = new Map<string, { mean: number; kappa: number }>()
  for (const [name, all] of opinions) {
    const others = all.filter((opinion) => opinion.site !== site)
    const near = others.filter((opinion) => opinion.region === region)
    const used = near.length > 0 ? near : others
    if (used.length === 0) continue
    // What rests on few observations cannot be worth more than they are.
    const weight = used.reduce((sum, opinion) => sum + opinion.weight, 0)
    priors.set(name, { mean: weightedMedian(used), kappa: 1 / (1 / KAPPA + 1 / weight) })
  }
  return priors
}
