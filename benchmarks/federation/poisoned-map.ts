import type { MapCell } from '../../src/federation/protocol/types.ts'
import { createSite, HonestReports, type Spread, truths } from './honest.ts'
import { HonestProber } from './honest-prober.ts'
import type { Liar } from './liars.ts'
import { MemoryHub } from './memory-hub.ts'

export interface PoisonRun {
  readonly seed: number
  readonly members: number
  /** Share of members that lie. */
  readonly share: number
  readonly liar: Liar | undefined
  readonly spread: Spread
  readonly epochs: number
  readonly k?: number
  /**
   * Share of all keys that are Sybils, who joined today, lie like the liars, and are vouched for by nobody. Default 0.
   */
  readonly sybils?: number
  /** Whether the hub measures the endpoints itself, twice an epoch. Default no. */
  readonly probes?: boolean
  /** What honest members of this seed and spread report, for several runs. Default: made for this one. */
  readonly reports?: HonestReports
}

const FIRST_EPOCH = 480_000

/**
 * The map after some epochs in which some members lied. All are vouched for, so that at the start liars have the same
 * trust as others.
 */
export function poisonedMap({
  seed,
  members,
  share,
  liar,
  spread,
  epochs,
  k = 5,
  sybils = 0,
  probes = false,
  reports = new HonestReports(seed, spread),
}: PoisonRun): {
  /** After the first epoch. */
  first: MapCell[]
  cells: MapCell[]
  hub: MemoryHub
} {
  const cells = truths(seed)
  const hub = new MemoryHub(k)
  const sites = Array.from({ length: members }, (_, at) => createSite(seed, `member-${at}`, cells, spread))
  const lying = liar ? Math.floor(members * share) : 0
  for (const { id } of sites) {
    hub.join(id, 0)
    hub.members.get(id)!.vouched = true
  }
  const crowd = liar ? Math.round((sybils / (1 - sybils)) * members) : 0
  const fakes = Array.from({ length: crowd }, (_, at) => createSite(seed, `sybil-${at}`, cells, spread))
  for (const { id } of fakes) hub.join(id, FIRST_EPOCH * 3_600)
  const prober = probes ? new HonestProber(seed, cells, spread) : undefined
  const maps: MapCell[][] = []
  for (let at = 0; at < epochs; at++) {
    const epoch = FIRST_EPOCH + at
    if (prober) hub.probed = prober.probed(epoch)
    for (const [number, site] of [...sites, ...fakes].entries()) {
      const honest = reports.of(site, epoch)
      const report =
        number < lying || number >= members
          ? {
              ...honest,
              cells: honest.cells.map((cell, index) =>
                liar!({ cell, truth: cells[index]!, index, spread, epoch: at, liar: number }),
              ),
            }
          : honest
      hub.take(site.id, report, epoch)
    }
    maps.push(hub.aggregate(epoch))
  }
  return { first: maps[0]!, cells: maps.at(-1)!, hub }
}

/** Published figures of a map by name, as they are read: medians, quantiles, uptime, price. `tau2` apart. */
function publishedFigures(cells: readonly MapCell[]): Map<string, number> {
  const figures = new Map<string, number>()
  for (const cell of cells) {
    const where = [cell.provider, cell.model, cell.class, cell.region, cell.continent].join(' ')
    for (const facet of ['ttft', 'total', 'speed'] as const) {
      const figure = cell[facet]
      if (!figure) continue
      figures.set(`${where} ${facet}.median`, Math.exp(figure.mean))
      figures.set(`${where} ${facet}.tau2`, figure.tau2)
      figures.set(`${where} ${facet}.sigma2`, figure.sigma2)
      const [p50, p95] = cell.quantiles![facet]!
      figures.set(`${where} ${facet}.p50`, p50)
      figures.set(`${where} ${facet}.p95`, p95)
    }
    if (cell.success) figures.set(`${where} success.p`, cell.success.a / (cell.success.a + cell.success.b))
    if (cell.price !== undefined) figures.set(`${where} price`, cell.price)
    if (cell.cache_hit !== undefined) figures.set(`${where} cache_hit`, cell.cache_hit)
  }
  return figures
}

/** By kind of figure: how far each is from what it would be, as a share. */
export function movements(honest: readonly MapCell[], poisoned: readonly MapCell[]): Map<string, number[]> {
  const was = publishedFigures(honest)
  const is = publishedFigures(poisoned)
  const moves = new Map<string, number[]>()
  for (const [name, value] of was) {
    const kind = name.slice(name.lastIndexOf(' ') + 1)
    const list = moves.get(kind) ?? []
    moves.set(kind, list)
    const other = is.get(name)
    list.push(
      other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other - value) / Math.max(1e-9, Math.abs(value)),
    )
  }
  return moves
}
