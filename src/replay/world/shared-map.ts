import type { CellPrior, PriorSource } from '../../outcomes/beliefs/prior.ts'
import { publicClassOf } from '../../outcomes/cells/class-of.ts'
import { sampleOf } from '../../outcomes/sample.ts'
import type { Outcome } from '../../outcomes/types.ts'
import { weightedMedian } from '../statistics.ts'
import type { WorldSite } from './types.ts'

/**
 * What the map's opinion of a cell is worth at most, in observations: variance within an endpoint over variance between
 * its regions (panel: 0.51^2 / 0.25^2).
 */
const KAPPA = 4
/** Less than about one observation is none. */
const MIN_OBSERVATIONS = 0.5
/** Younger than a router's own memory: of what was long ago every site has its own. */
const HALF_LIFE_MS = 24 * 3_600_000
/** No site weighs more than this many observations. */
const MAX_WEIGHT = 200

/** Sum of log values, halved with every half-life. */
class Decayed {
  n = 0
  #sum = 0
  #at = 0

  add(value: number, at: number): void {
    this.age(at)
    this.n += 1
    this.#sum += value
  }

  age(now: number): void {
    const keep = 0.5 ** (Math.max(0, now - this.#at) / HALF_LIFE_MS)
    this.n *= keep
    this.#sum *= keep
    this.#at = Math.max(this.#at, now)
  }

  get mean(): number {
    return this.#sum / this.n
  }
}

/** What a site has seen, by endpoint, class and quantity. */
type Cells = Map<string, Decayed>

interface Opinion {
  readonly site: string
  readonly region: string
  readonly value: number
  readonly weight: number
}

/**
 * A prior shared by all sites, made anew at every `refresh` from what each has learned, and never from the prior
 * itself: per endpoint and class the weighted median of the other sites' log-means, of those of the same region when
 * there are any. Replaced, not added up. A hub would also leave out what few members have seen; here every observation
 * counts.
 */
export class SharedMap {
  readonly #sites: ReadonlyMap<string, { readonly region: string; readonly cells: Cells }>
  #priors = new Map<string, ReadonlyMap<string, CellPrior>>()

  constructor(sites: readonly WorldSite[]) {
    this.#sites = new Map(sites.map(({ id, region }) => [id, { region, cells: new Map() }]))
  }

  learn(site: string, outcome: Outcome): void {
    const sample = sampleOf(outcome)
    if (!sample) return
    const { cells } = this.#sites.get(site)!
    const key = `${outcome.endpoint}\n${publicClassOf(outcome.class)}`
    if (sample.ttftBucket >= 0) add(cells, `${key}\nttft`, sample.logTtft, outcome.at)
    if (sample.speedBucket >= 0) add(cells, `${key}\nspeed`, sample.logSpeed, outcome.at)
  }

  priorOf(site: string): PriorSource {
    return { find: (endpoint, workload) => this.#priors.get(site)?.get(`${endpoint}\n${workload}`) }
  }

  refresh(now: number): void {
    const opinions = new Map<string, Opinion[]>()
    for (const [site, { region, cells }] of this.#sites) {
      for (const [name, sum] of cells) {
        sum.age(now)
        if (sum.n < MIN_OBSERVATIONS) continue
        const known = opinions.get(name) ?? []
        known.push({ site, region, value: sum.mean, weight: Math.min(MAX_WEIGHT, sum.n) })
        opinions.set(name, known)
      }
    }
    this.#priors = new Map([...this.#sites].map(([site, { region }]) => [site, priorsFor(site, region, opinions)]))
  }
}

function add(cells: Cells, name: string, value: number, at: number): void {
  const sum = cells.get(name) ?? new Decayed()
  cells.set(name, sum)
  sum.add(value, at)
}

/** By endpoint and class. */
function priorsFor(
  site: string,
  region: string,
  opinions: ReadonlyMap<string, readonly Opinion[]>,
): ReadonlyMap<string, CellPrior> {
  const priors = new Map<string, CellPrior>()
  for (const [name, all] of opinions) {
    const others = all.filter((opinion) => opinion.site !== site)
    const near = others.filter((opinion) => opinion.region === region)
    const used = near.length > 0 ? near : others
    if (used.length === 0) continue
    // What rests on few observations cannot be worth more than they are.
    const weight = used.reduce((sum, opinion) => sum + opinion.weight, 0)
    const [endpoint, workload, quantity] = name.split('\n')
    const cell = `${endpoint}\n${workload}`
    priors.set(cell, {
      ...priors.get(cell),
      [quantity!]: { mean: weightedMedian(used), kappa: 1 / (1 / KAPPA + 1 / weight) },
    })
  }
  return priors
}
