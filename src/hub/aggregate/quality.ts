import type { ModelQuality } from '../../federation/protocol/quality-types.ts'
import type { Report } from '../../federation/protocol/types.ts'
import type { WorkType } from '../../federation/protocol/words.ts'
import { bucketed } from '../bucketed.ts'
import { CohortSums } from './cohorts.ts'
import type { Leaf } from './contribution.ts'
import { admit, makeFigures } from './facet.ts'
import { judgeShare } from './figures.ts'
import { nodeFields } from './levels.ts'
import type { MemberTable } from './member-table.ts'
import type { NodeMemory, ProviderMemory, Terms } from './memory.ts'
import type { Partition } from './partition.ts'
import type { ShareFigures } from './shares.ts'
import { FACETS, SUCCESS, type Sums } from './sums.ts'

/**
 * Where counts of answers stand beside providers' cells, which no public name can be: good ones of those that were
 * judged, and ones that were not thrown away of those that were checked. There they are successes of a model's kind of
 * work, so that all that keeps members' requests apart and liars in bounds keeps these as well.
 */
const GOOD = '*good'
const ESCALATED = '*escalated'

export const isQuality = (provider: string): boolean => provider.startsWith('*')

/** Answers are rarer than requests, and models change slower than their speed: all lasts so many times longer. */
const SLOWER = 14

/** Terms by which time passes slower. */
export const slowly = (terms: Terms): Terms => ({ ...terms, epochSeconds: terms.epochSeconds / SLOWER })

/** What one report adds: where, and answers by how they were. */
export interface QualityNews {
  readonly provider: string
  readonly leaf: Leaf
  readonly sums: Sums
}

export function qualityNews({ quality = [] }: Report): QualityNews[] {
  return quality.flatMap(({ model, type, judged, good, checked, escalated }) => {
    const leaf: Leaf = { model, region: '-', continent: '-', class: type }
    const sums = (n: number, a: number): Sums => ({ n, a, b: n - a, grid: undefined })
    return [
      ...(judged > 0 ? [{ provider: GOOD, leaf, sums: sums(judged, Math.min(judged, good)) }] : []),
      ...(checked > 0 ? [{ provider: ESCALATED, leaf, sums: sums(checked, Math.min(checked, escalated)) }] : []),
    ]
  })
}

/**
 * The figures of `*good` or `*escalated`, as `aggregateProvider` makes those of a provider, but that nobody is trusted
 * less for another opinion: customers ask for different things.
 */
export function aggregateShares(
  partition: Partition,
  members: MemberTable,
  memory: ProviderMemory,
  terms: Terms,
): ProviderMemory {
  const leaves = partition.leaves()
  const sums = new CohortSums(members, members.trust)
  return FACETS.map((_, facet) => {
    const admitted = admit(facet, leaves, members, memory[facet]!, terms)
    return makeFigures(admitted, leaves, sums, terms, undefined, judgeShare).memory
  })
}

/** What is published: a row for each model and kind of work, and one over all kinds; in the order of their names. */
export function qualityOf(providers: ReadonlyMap<string, ProviderMemory>, k: number): WeighedQuality[] {
  const rows = new Map<string, { good?: NodeMemory; escalated?: NodeMemory }>()
  const collect = (provider: string, part: 'good' | 'escalated') => {
    for (const [key, node] of providers.get(provider)?.[SUCCESS]?.nodes ?? []) {
      const { model, class: type, region } = nodeFields(key)
      if (model === undefined || region !== undefined) continue
      const row = `${model}\n${type ?? ''}`
      rows.set(row, { ...rows.get(row), [part]: node })
    }
  }
  collect(GOOD, 'good')
  collect(ESCALATED, 'escalated')
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { good, escalated }]) => {
      const [model, type] = key.split('\n') as [string, string]
      const nodes = [good, escalated].filter((node) => node !== undefined)
      const cohorts = Math.max(...nodes.map((node) => node.cohorts))
      const entry: ModelQuality = {
        model,
        ...(type !== '' && { type: type as WorkType }),
        as_of: Math.max(...nodes.map(({ asOf }) => asOf)),
        members: bucketed(cohorts, k),
        ...(good && { good: shareOf(good, k) }),
        ...(escalated && { escalated: shareOf(escalated, k) }),
      }
      return { entry, cohorts }
    })
}

/** `cohorts`: exact; it decides whether there is room. */
export interface WeighedQuality {
  readonly entry: ModelQuality
  readonly cohorts: number
}

function shareOf({ figures }: NodeMemory, k: number) {
  const { share, sd, answers } = figures as ShareFigures
  return { share, sd, n: bucketed(answers, k === 1 ? 1 : 2) }
}
