import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { leafKey } from '../../../../src/hub/aggregate/contribution.ts'
import { nodeKey } from '../../../../src/hub/aggregate/levels.ts'
import { FACETS } from '../../../../src/hub/aggregate/sums.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'
import { runs } from '../../../helpers/properties.ts'

/**
 * What a published figure is made of: member and leaf, and the epoch in which that member's word on it last changed for
 * figures. Two figures are told apart only by pieces that are in one of them, or in both with different epochs.
 */
interface Pieces {
  readonly node: string
  readonly epoch: number
  readonly pieces: ReadonlyMap<string, { readonly cohort: string; readonly version: number }>
}

const K = 3
const CONTINENTS = ['EU', 'NA'] as const
const LEAVES = [0, 1, 2, 3].map((at) => ({
  model: `m${at >> 1}`,
  class: at & 1 ? 'chat.lt1k.plain' : 'chat.lt8k.plain',
}))

/** A member's deeds in an epoch: which leaves it reports, whether with streams, of how long ago, or that it leaves. */
const deed = fc.record({
  member: fc.nat(11),
  leaves: fc.nat(15),
  streams: fc.boolean(),
  age: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(20)),
  leaves_hub: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
})
const history = fc.array(
  fc.record({
    skip: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 40 })),
    deeds: fc.array(deed, { maxLength: 14 }),
  }),
  { minLength: 3, maxLength: 12 },
)

/** Plays a history; gives for each facet everything that was ever published. */
function play(
  epochs: (typeof history)['generate'] extends (...args: never[]) => { value: infer Value } ? Value : never,
): Pieces[][] {
  const hub = new MemoryHub(K)
  const versions = new Map<string, number>()
  const published: Pieces[][] = FACETS.map(() => [])
  let epoch = 1_000
  for (const { skip, deeds } of epochs) {
    epoch += skip
    for (const { member, leaves, streams, age, leaves_hub } of deeds) {
      const id = `member-${member}`
      // Members 9 to 11 share an invite.
      if (!hub.members.has(id)) hub.join(id, 0, member < 9 ? id : 'shared')
      if (leaves_hub) {
        hub.leave(id)
        continue
      }
      const cells = LEAVES.filter((_, at) => leaves & (1 << at)).map((leaf) => {
        const { ttft, ...cell } = reportCell(leaf)
        return streams ? { ...cell, ttft: ttft! } : cell
      })
      hub.take(id, reportOf(epoch - age, cells, CONTINENTS[member % 2]!), epoch)
    }
    const waiting = new Set(
      allContributions(hub).flatMap(({ name, contribution }) =>
        FACETS.flatMap((_, facet) => (contribution.pending[facet] ? `${facet} ${name}` : [])),
      ),
    )
    const before = new Set(waiting)
    // What comes with this epoch waits as well, until it is let in.
    hub.aggregate(epoch)
    for (const { name, contribution } of allContributions(hub)) {
      for (const facet of FACETS.keys()) {
        const isIn = contribution.base[facet] && !contribution.pending[facet]
        if (isIn && (before.has(`${facet} ${name}`) || contribution.last > epoch - 21)) {
          const known = versions.get(`${facet} ${name}`)
          if (known === undefined || wasFresh(hub, facet, contribution.leaf, epoch))
            versions.set(`${facet} ${name}`, epoch)
        }
      }
    }
    for (const facet of FACETS.keys()) {
      const memory = hub.memories.get('acme')?.[facet]
      if (!memory) continue
      for (const [node, { asOf }] of memory.nodes) {
        if (asOf !== epoch) continue
        published[facet]!.push({ node, epoch, pieces: piecesOf(hub, facet, node, versions) })
      }
    }
  }
  return published
}

const allContributions = (hub: MemoryHub) =>
  [...(hub.contributions.get('acme') ?? [])]
    .filter(([member]) => hub.members.has(member))
    .flatMap(([member, list]) =>
      list.map((contribution) => ({ member, contribution, name: `${member} ${leafKey(contribution.leaf)}` })),
    )

/** Whether the leaf is in an atom that was let change in this epoch. */
function wasFresh(hub: MemoryHub, facet: number, leaf: Parameters<typeof nodeKey>[0], epoch: number): boolean {
  const { atoms } = hub.memories.get('acme')![facet]!
  return [...atoms.values()].some((atom) => atom.asOf === epoch && atom.leaves.includes(nodeKey(leaf, 0)))
}

function piecesOf(
  hub: MemoryHub,
  facet: number,
  node: string,
  versions: ReadonlyMap<string, number>,
): Pieces['pieces'] {
  const { atoms } = hub.memories.get('acme')![facet]!
  const pieces = new Map<string, { cohort: string; version: number }>()
  for (const [id, atom] of atoms) {
    const [level, own] = [Number(id[0]), id.slice(2)]
    const inside = allContributions(hub).filter(
      ({ contribution }) => contribution.base[facet] && atom.leaves.includes(nodeKey(contribution.leaf, 0)),
    )
    if (atom.waiting) continue
    expect(inside).toHaveLength(atom.contributions)
    for (const { member, contribution, name } of inside) {
      const isBelow = [0, 1, 2, 3].some((at) => at >= level && nodeKey(contribution.leaf, at) === node)
      if (!isBelow || (level === Number(node.split('\n').length === 4 ? 0 : -1) && own !== node)) continue
      pieces.set(name, { cohort: hub.members.get(member)!.cohort, version: versions.get(`${facet} ${name}`)! })
    }
  }
  return pieces
}

/** Enrolments whose word is in one of the two, or in both but not the same. */
function apart(x: Pieces['pieces'], y: Pieces['pieces']): number {
  const cohorts = new Set<string>()
  for (const [name, { cohort, version }] of x) if (y.get(name)?.version !== version) cohorts.add(cohort)
  for (const [name, { cohort, version }] of y) if (x.get(name)?.version !== version) cohorts.add(cohort)
  return cohorts.size
}

it('publishes nothing of fewer than k enrolments, and no two figures that differ by fewer', () => {
  let [figures, pairs] = [0, 0]
  fc.assert(
    fc.property(history, (epochs) => {
      for (const published of play(epochs)) {
        for (const [at, one] of published.entries()) {
          figures++
          expect(new Set([...one.pieces.values()].map(({ cohort }) => cohort)).size).toBeGreaterThanOrEqual(K)
          for (const other of published.slice(0, at)) {
            pairs++
            const difference = apart(one.pieces, other.pieces)
            if (difference > 0)
              expect(difference, `${one.node} of ${one.epoch}, ${other.node} of ${other.epoch}`).toBeGreaterThanOrEqual(
                K,
              )
          }
        }
      }
    }),
    { numRuns: runs(60) },
  )
  // The histories say something.
  expect(figures).toBeGreaterThan(500)
  expect(pairs).toBeGreaterThan(5_000)
})
