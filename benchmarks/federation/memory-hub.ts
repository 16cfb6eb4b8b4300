import type { ModelQuality } from '../../src/federation/protocol/quality-types.ts'
import type { ListedModel, MapCell, Report } from '../../src/federation/protocol/types.ts'
import { type Contribution, isEmpty } from '../../src/hub/aggregate/contribution.ts'
import { Deviations, updateDeviation } from '../../src/hub/aggregate/deviation.ts'
import { type Intake, intakeReport } from '../../src/hub/aggregate/intake.ts'
import { cellsOf, listedOf, unlisted, type WeighedModel } from '../../src/hub/aggregate/map-cells.ts'
import { MemberTable } from '../../src/hub/aggregate/member-table.ts'
import type { ProviderMemory, Terms } from '../../src/hub/aggregate/memory.ts'
import { Partition } from '../../src/hub/aggregate/partition.ts'
import { aggregateProvider, NO_MEMORY } from '../../src/hub/aggregate/provider.ts'
import { aggregateShares, isQuality, qualityOf, slowly } from '../../src/hub/aggregate/quality.ts'
import { remembered, withNews } from '../../src/hub/aggregate/remember.ts'
import { OFFERED, PASSED_OVER } from '../../src/hub/aggregate/sums.ts'
import type { ProbedCell } from '../../src/hub/probes/probe-cells.ts'
import { truthOf } from '../../src/hub/probes/truth.ts'
import { trustOf } from '../../src/hub/trust.ts'

export interface MemoryMember {
  readonly id: string
  readonly cohort: string
  /** Unix seconds. */
  joinedAt: number
  vouched?: boolean
  deviation: number
  deviationCells: number
}

/** A hub without a database: the same aggregation, for simulations. */
export class MemoryHub {
  readonly members = new Map<string, MemoryMember>()
  /** By provider and member. */
  readonly contributions = new Map<string, Map<string, Contribution[]>>()
  memories = new Map<string, ProviderMemory>()
  /** What the hub measured itself. */
  probed: readonly ProbedCell[] = []
  #intake: Intake = new Map()
  #last = 0
  readonly k: number
  readonly epochSeconds: number

  constructor(k = 5, epochSeconds = 3_600) {
    this.k = k
    this.epochSeconds = epochSeconds
  }

  join(id: string, joinedAt: number, cohort = id): void {
    this.members.set(id, { id, cohort, joinedAt, deviation: 0, deviationCells: 0 })
  }

  leave(id: string): void {
    this.members.delete(id)
    for (const members of [...this.contributions.values(), ...this.#intake.values()]) members.delete(id)
  }

  /** Reports are kept until the next `aggregate`. `epoch`: that of the map they will be in. */
  take(member: string, report: Report, epoch: number): void {
    intakeReport(this.#intake, member, report, this.#terms(epoch))
  }

  trust(id: string, epoch: number): number {
    const { joinedAt, deviation, vouched = false } = this.members.get(id)!
    return trustOf({ trust: null, joined_at: joinedAt, deviation, vouched }, (epoch + 1) * this.epochSeconds)
  }

  aggregate(epoch: number): MapCell[] {
    const terms = this.#terms(epoch)
    const table = new MemberTable(
      [...this.members.values()].map(({ id, cohort, deviation }) => ({
        id,
        cohort,
        trust: this.trust(id, epoch),
        deviation,
      })),
    )
    const deviations = new Deviations(table.ids.length)
    const cells: MapCell[] = []
    for (const provider of [...new Set([...this.contributions.keys(), ...this.#intake.keys()])].sort()) {
      const own = isQuality(provider) ? slowly(terms) : terms
      const came = this.#intake.get(provider)
      const known = this.contributions.get(provider) ?? new Map<string, Contribution[]>()
      this.contributions.set(provider, known)
      const partition = new Partition(table.ids.length)
      for (const [number, member] of table.ids.entries()) {
        if (!known.has(member) && !came?.has(member)) continue
        partition.add(number, withNews(remembered(known.get(member) ?? [], this.#last, own), came?.get(member)))
      }
      const truth = truthOf(this.probed.filter((cell) => cell.provider === provider))
      const before = this.memories.get(provider) ?? NO_MEMORY
      const memory =
        own === terms
          ? aggregateProvider(partition, table, before, terms, deviations, truth)
          : aggregateShares(partition, table, before, own)
      this.memories.set(provider, memory)
      for (const { member, contributions } of partition.members()) {
        known.set(
          table.ids[member]!,
          contributions.filter((contribution) => !isEmpty(contribution)),
        )
      }
      if (own === terms) cells.push(...cellsOf(provider, memory, this.k).map(({ cell }) => cell))
    }
    for (const [number, id] of table.ids.entries()) {
      const measured = deviations.of(number)
      if (!measured) continue
      const member = this.members.get(id)!
      member.deviation = updateDeviation(member.deviation, member.deviationCells > 0, measured, this.epochSeconds)
      member.deviationCells += measured.cells
    }
    this.#intake = new Map()
    this.#last = epoch
    return cells
  }

  /** Models that members have and do not use, and those of which it is only known that they offer them. */
  listed(): { readonly passed_over: ListedModel[]; readonly offered: ListedModel[] } {
    const all = [...this.memories]
    const cells = all.flatMap(([provider, memory]) => cellsOf(provider, memory, this.k))
    const [unused, offered] = [PASSED_OVER, OFFERED].map((facet) =>
      all.flatMap(([provider, memory]) => listedOf(facet, provider, memory, this.k)),
    )
    const rows = (models: readonly WeighedModel[]) => models.map(({ entry }) => entry)
    return { passed_over: rows(unused!), offered: rows(unlisted(offered!, cells, unused!)) }
  }

  /** How good members found models' answers, of the newest map. */
  quality(): ModelQuality[] {
    return qualityOf(this.memories, this.k).map(({ entry }) => entry)
  }

  #terms(epoch: number): Terms {
    return { epoch, epochSeconds: this.epochSeconds, k: this.k }
  }
}
