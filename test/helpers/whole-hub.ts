import type { MapCell, Report } from '../../src/federation/protocol/types.ts'
import { type Contribution, isEmpty, leafKey } from '../../src/hub/aggregate/contribution.ts'
import { decodeContributions, encodeContributions } from '../../src/hub/aggregate/contribution-codec.ts'
import { updateDeviation } from '../../src/hub/aggregate/deviation.ts'
import { type Intake, intakeReport } from '../../src/hub/aggregate/intake.ts'
import { cellsOf } from '../../src/hub/aggregate/map-cells.ts'
import type { ProviderMemory } from '../../src/hub/aggregate/memory.ts'
import { NO_MEMORY } from '../../src/hub/aggregate/provider.ts'
import { remembered, withNews } from '../../src/hub/aggregate/remember.ts'
import { trustOf } from '../../src/hub/trust.ts'
import { type Entry, type WholeMember, wholeProvider } from './whole-provider.ts'

interface Row {
  readonly epoch: number
  readonly state: Buffer
}

/**
 * A hub that makes each map of everything at once, in memory: see `wholeProvider`. Of members nobody vouches for, who
 * joined at the beginning of time.
 */
export class WholeHub {
  readonly members = new Map<string, { readonly cohort: string; deviation: number; cells: number; agreed: number }>()
  readonly #rows = new Map<string, Map<string, Row>>()
  readonly #memories = new Map<string, ProviderMemory>()
  readonly #k: number

  constructor(k: number) {
    this.#k = k
  }

  aggregate(epoch: number, reports: readonly { readonly member: string; readonly report: Report }[]): MapCell[] {
    const terms = { epoch, epochSeconds: 3_600, k: this.#k }
    const intake: Intake = new Map()
    for (const { member, report } of reports) intakeReport(intake, member, report, terms)
    const people = this.#people(epoch * 3_600)
    const deviations = new Map<string, { sum: number; cells: number }>()
    const cells: MapCell[] = []
    for (const provider of [...new Set([...this.#rows.keys(), ...intake.keys()])].sort()) {
      const rows = this.#rows.get(provider) ?? new Map<string, Row>()
      this.#rows.set(provider, rows)
      const came = intake.get(provider) ?? new Map<string, Map<string, Contribution>>()
      const whole = [...new Set([...rows.keys(), ...came.keys()])].map((member) => {
        const row = rows.get(member)
        const stored = row ? decodeContributions(row.state) : []
        const shape = came.has(member) ? undefined : shapeOf(stored)
        const contributions = withNews(row ? remembered(stored, row.epoch, terms) : [], rounded(came.get(member)))
        return { member, contributions, shape }
      })
      const entries: Entry[] = whole.flatMap(({ member, contributions }) =>
        contributions.map((contribution) => ({ member: people.get(member)!, contribution })),
      )
      const memory = wholeProvider(entries, this.#memories.get(provider) ?? NO_MEMORY, terms, deviations)
      this.#memories.set(provider, memory)
      for (const { member, contributions, shape } of whole) {
        const left = contributions.filter((contribution) => !isEmpty(contribution))
        if (left.length === 0) rows.delete(member)
        else if (shapeOf(left) !== shape) rows.set(member, { epoch, state: encodeContributions(left) })
      }
      cells.push(...cellsOf(provider, memory, this.#k).map(({ cell }) => cell))
    }
    for (const [id, measured] of deviations) {
      const own = this.members.get(id)!
      own.deviation = updateDeviation(own.deviation, own.cells > 0, measured, 3_600)
      own.cells += measured.cells
      own.agreed += measured.sum / measured.cells <= 0.5 ? 1 : 0
    }
    return cells
  }

  #people(nowS: number): Map<string, WholeMember> {
    const cohorts = [...new Set([...this.members.values()].map(({ cohort }) => cohort))].sort()
    return new Map(
      [...this.members].map(([id, { cohort, deviation, cells, agreed }]) => {
        const basis = { trust: null, joined_at: 0, deviation, deviation_cells: cells, agreed, vouched: null }
        return [id, { id, cohort: cohorts.indexOf(cohort), trust: trustOf(basis, nowS), deviation }]
      }),
    )
  }
}

/** To floats of 32 bits, as what came is held. */
const rounded = (came: ReadonlyMap<string, Contribution> | undefined): Map<string, Contribution> | undefined =>
  came &&
  new Map(decodeContributions(encodeContributions([...came.values()])).map((own) => [leafKey(own.leaf), own] as const))

/** Which leaves there are, and which sums of each. */
const shapeOf = (contributions: readonly Contribution[]): string =>
  contributions
    .map(({ leaf, base, pending }) => leafKey(leaf) + [...base, ...pending].map((sums) => (sums ? 1 : 0)).join(''))
    .join()
