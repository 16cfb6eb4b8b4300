import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { Influence } from '../../federation/protocol/types.ts'
import { CohortSums, type Cohorts } from '../aggregate/cohorts.ts'
import { readPartition } from '../aggregate/contributions-table.ts'
import { judge, weightsOf } from '../aggregate/figures.ts'
import type { LeafTable } from '../aggregate/leaf-table.ts'
import { nodeFields, parentKey } from '../aggregate/levels.ts'
import { namedFigures } from '../aggregate/map-cells.ts'
import type { MemberTable } from '../aggregate/member-table.ts'
import { readMembers } from '../aggregate/members.ts'
import type { FacetMemory, ProviderMemory } from '../aggregate/memory.ts'
import type { Partition } from '../aggregate/partition.ts'
import { isQuality } from '../aggregate/quality.ts'
import { round, significant } from '../aggregate/rounding.ts'
import { decodeState } from '../aggregate/state.ts'
import { FACETS, isListing } from '../aggregate/sums.ts'
import type { HubStore } from '../database/open.ts'
import type { HubDatabase } from '../database/schema.ts'
import { readProbes } from '../probes/read-probes.ts'
import { type Truth, truthOf } from '../probes/truth.ts'
import type { HubSettings } from '../settings.ts'

/** Maps are made once an epoch: more than this, and something else is wrong. */
const MAX_TRIES = 3

export interface MemberInfluence {
  /** Of the map that this is about; null before the first. */
  readonly epoch: number | null
  readonly influence: Influence[]
}

/**
 * A member's say in the newest map: each published figure that it had a part in, as published and as it would be
 * without the member, and its share of the weight. Cells that would have fewer than k cohorts without it are left out:
 * what the others say there is nobody's to know.
 */
export async function influenceOf(
  store: HubStore,
  { k }: Pick<HubSettings, 'k'>,
  memberId: string,
  nowS: number,
): Promise<MemberInfluence> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = await readInfluence(store.db, k, memberId, nowS)
    if (found.epoch === (await newestEpoch(store.db))) return found
  }
  throw new ProtocolProblem('unavailable', 'The hub is making a map: ask again.', { retryAfterS: 30 })
}

const newestMap = (db: Kysely<HubDatabase>) => db.selectFrom('maps').orderBy('epoch', 'desc').limit(1)

const newestEpoch = async (db: Kysely<HubDatabase>): Promise<number | null> =>
  (await newestMap(db).select('epoch').executeTakeFirst())?.epoch ?? null

/**
 * One provider after the other, in no transaction: on PGlite nobody else would get anything written meanwhile. So a map
 * that is made in between makes it worthless.
 */
async function readInfluence(
  db: Kysely<HubDatabase>,
  k: number,
  memberId: string,
  nowS: number,
): Promise<MemberInfluence> {
  const map = await newestMap(db).select(['epoch', 'state']).executeTakeFirst()
  if (!map) return { epoch: null, influence: [] }
  const { table } = await readMembers(db, nowS)
  const own = await db
    .selectFrom('contributions')
    .select('provider')
    .where('member', '=', memberId)
    .orderBy('provider')
    .execute()
  const truths = Map.groupBy(await readProbes(db, nowS), ({ provider }) => provider)
  const { providers } = decodeState(map.state)
  const member = table.numberOf(memberId)
  const influence: Influence[] = []
  for (const { provider } of own) {
    const memory = providers.get(provider)
    if (!memory || member === undefined || isQuality(provider)) continue
    const partition = await readPartition(db, provider, table)
    const truth = truthOf(truths.get(provider) ?? [])
    influence.push(...providerInfluence(provider, partition, memory, { member, table, k, truth }))
    // Reports and requests come first.
    await setImmediate()
  }
  return { epoch: map.epoch, influence }
}

interface Asked {
  /** Its number in `table`. */
  readonly member: number
  readonly table: MemberTable
  readonly k: number
  readonly truth: Truth
}

/** The same for one provider, from what its figures are made of. */
function providerInfluence(
  provider: string,
  partition: Partition,
  memory: ProviderMemory,
  { member, table, k, truth }: Asked,
): Influence[] {
  const byName = new Map(partition.leaves().map((leaf) => [leaf.path[0]!, leaf]))
  const sums = new CohortSums(table)
  const cohortsOf = (facet: number, leaves: readonly LeafTable[], only?: (own: number) => boolean): Cohorts => {
    for (const leaf of leaves) sums.add(facet, leaf, only)
    return sums.take()
  }
  return memory.flatMap((facetMemory, facet) =>
    [...(isListing(facet) ? [] : facetMemory.nodes)].flatMap(([key, node]) => {
      const leaves = leavesOf(facet, key, facetMemory, byName)
      const alone = cohortsOf(facet, leaves, (own) => own === member)
      if (alone.ids.length === 0) return []
      const others = cohortsOf(facet, leaves, (own) => own !== member)
      if (others.ids.length < k) return []
      const anchor = truth.anchor(
        facet,
        key,
        leaves.map(({ path }) => path[0]!),
      )
      const without = namedFigures(FACETS[facet]!, judge(facet, others, anchor).figures)
      const share = round(shareOf(alone, cohortsOf(facet, leaves)), 4)
      return Object.entries(namedFigures(FACETS[facet]!, node.figures)).map(([figure, published]) => ({
        cell: { provider, ...nodeFields(key) } as Influence['cell'],
        figure,
        published,
        without: significant(without[figure]!, 6),
        share,
      }))
    }),
  )
}

/**
 * What a node's figures are made of: the leaves of its atoms and of all atoms below it. None when a contribution is
 * gone since: a member that saw the figure before and after somebody left would know what that one contributed.
 */
function leavesOf(
  facet: number,
  key: string,
  { atoms }: FacetMemory,
  byName: ReadonlyMap<string, LeafTable>,
): LeafTable[] {
  const leaves: LeafTable[] = []
  for (const [id, atom] of atoms) {
    let node: string | undefined = id.slice(id.indexOf(' ') + 1)
    while (node !== undefined && node !== key) node = parentKey(node)
    if (node !== key || atom.waiting) continue
    const own = atom.leaves.flatMap((name) => byName.get(name) ?? []).filter((leaf) => leaf.count(facet) > 0)
    if (own.reduce((sum, leaf) => sum + leaf.count(facet), 0) !== atom.contributions) return []
    leaves.push(...own)
  }
  return leaves
}

/** The member's part of its cohort, times the cohort's part of all. */
function shareOf(alone: Cohorts, all: Cohorts): number {
  const weights = weightsOf(all)
  const at = all.ids.indexOf(alone.ids[0]!)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (weights[at]! / total) * (alone.sums.n[0]! / all.sums.n[at]!)
}
