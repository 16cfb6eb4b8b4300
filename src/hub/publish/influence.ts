import { setImmediate } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Influence } from '../../federation/protocol/types.ts'
import { addEntries, type Cohort, type Entry } from '../aggregate/cohorts.ts'
import { decodeContributions } from '../aggregate/contribution-codec.ts'
import { groupByLeaf, type LeafEntries } from '../aggregate/facet.ts'
import { inOrder, judge, weightsOf } from '../aggregate/figures.ts'
import { nodeFields, nodeKey, parentKey } from '../aggregate/levels.ts'
import { namedFigures } from '../aggregate/map-cells.ts'
import { readMembers } from '../aggregate/members.ts'
import type { FacetMemory, ProviderMemory } from '../aggregate/memory.ts'
import { round, significant } from '../aggregate/rounding.ts'
import { decodeState } from '../aggregate/state.ts'
import { FACETS, PASSED_OVER } from '../aggregate/sums.ts'
import type { HubStore } from '../database/open.ts'
import type { HubDatabase } from '../database/schema.ts'
import { readProbes } from '../probes/read-probes.ts'
import { type Truth, truthOf } from '../probes/truth.ts'
import type { HubSettings } from '../settings.ts'

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
  const found = await store.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((trx) => read(trx, memberId, nowS))
  if (!found) return { epoch: null, influence: [] }
  const { epoch, state, members, contributions, truths } = found
  const { providers } = decodeState(state)
  const influence: Influence[] = []
  for (const [provider, rows] of contributions) {
    const memory = providers.get(provider)
    if (!memory) continue
    const entries = rows.flatMap((row): Entry[] => {
      const member = members.get(row.member)?.member
      if (!member || member.trust <= 0) return []
      return decodeContributions(row.state).map((contribution) => ({ member, contribution }))
    })
    const truth = truthOf(truths.get(provider) ?? [])
    influence.push(...providerInfluence(provider, groupByLeaf(entries), memory, { memberId, k, truth }))
    // Reports and requests come first.
    await setImmediate()
  }
  return { epoch, influence }
}

/**
 * Only reads: what is made of it takes long, and on PGlite nobody else gets anything written as long as a transaction
 * lasts.
 */
async function read(trx: Transaction<HubDatabase>, memberId: string, nowS: number) {
  const map = await trx
    .selectFrom('maps')
    .select(['epoch', 'state'])
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!map) return undefined
  const members = await readMembers(trx, nowS)
  const own = trx.selectFrom('contributions').select('provider').where('member', '=', memberId)
  const rows = await trx
    .selectFrom('contributions')
    .select(['provider', 'member', 'state'])
    .where('provider', 'in', own)
    .orderBy('provider')
    .execute()
  const truths = Map.groupBy(await readProbes(trx, nowS), ({ provider }) => provider)
  return { ...map, members, contributions: Map.groupBy(rows, ({ provider }) => provider), truths }
}

/** The same for one provider, from what its figures are made of. */
function providerInfluence(
  provider: string,
  leaves: readonly LeafEntries[],
  memory: ProviderMemory,
  { memberId, k, truth }: { readonly memberId: string; readonly k: number; readonly truth: Truth },
): Influence[] {
  const byName = new Map(leaves.map((leaf) => [leaf.path[0]!, leaf]))
  return memory.flatMap((facetMemory, facet) =>
    [...(facet === PASSED_OVER ? [] : facetMemory.nodes)].flatMap(([key, node]) => {
      const entries = entriesOf(facet, key, facetMemory, byName)
      if (!entries.some(({ member }) => member.id === memberId)) return []
      const others = cohortsOf(
        facet,
        entries.filter(({ member }) => member.id !== memberId),
      )
      if (others.length < k) return []
      const without = namedFigures(
        FACETS[facet]!,
        judge(facet, others, truth.anchor(facet, key, leavesIn(entries))).figures,
      )
      const share = round(shareOf(facet, entries, memberId), 4)
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

const leavesIn = (entries: readonly Entry[]): string[] => [
  ...new Set(entries.map(({ contribution }) => nodeKey(contribution.leaf, 0))),
]

/**
 * What a node's figures are made of: the contributions in its atoms and in all atoms below it. None when one of these
 * is gone since: a member that saw the figure before and after somebody left would know what that one contributed.
 */
function entriesOf(
  facet: number,
  key: string,
  { atoms }: FacetMemory,
  byName: ReadonlyMap<string, LeafEntries>,
): Entry[] {
  const entries: Entry[] = []
  for (const [id, atom] of atoms) {
    let node: string | undefined = id.slice(id.indexOf(' ') + 1)
    while (node !== undefined && node !== key) node = parentKey(node)
    if (node !== key || atom.waiting) continue
    const own = atom.leaves
      .flatMap((name) => byName.get(name)?.entries ?? [])
      .filter(({ contribution }) => contribution.base[facet])
    if (own.length !== atom.contributions) return []
    entries.push(...own)
  }
  return entries
}

function cohortsOf(facet: number, entries: readonly Entry[]): Cohort[] {
  const cohorts = FACETS.map(() => new Map<number, Cohort>())
  addEntries(cohorts, entries)
  return inOrder(cohorts[facet]!.values())
}

/** The member's part of its cohort, times the cohort's part of all. */
function shareOf(facet: number, entries: readonly Entry[], memberId: string): number {
  const cohorts = cohortsOf(facet, entries)
  const weights = weightsOf(cohorts)
  const own = entries.filter(({ member }) => member.id === memberId)
  const at = cohorts.findIndex(({ id }) => id === own[0]!.member.cohort)
  const [alone] = cohortsOf(facet, own)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (weights[at]! / total) * (alone!.sums.n / cohorts[at]!.sums.n)
}
