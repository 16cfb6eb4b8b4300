import type { ListedModel, MapCell } from '../../federation/protocol/types.ts'
import { bucketed } from '../bucketed.ts'
import type { FacetFigures } from './figures.ts'
import { nodeFields } from './levels.ts'
import type { NodeMemory, ProviderMemory } from './memory.ts'
import type { SuccessFigures } from './shares.ts'
import { FACETS, type Facet, isListing } from './sums.ts'
import type { TimeFigures } from './times.ts'

/** A map cell with what decides whether it finds room. */
export interface WeighedCell {
  readonly cell: MapCell
  /** Exact; not published. */
  readonly cohorts: number
}

/** A provider's published cells, in a fixed order. */
export function cellsOf(provider: string, memory: ProviderMemory, k: number): WeighedCell[] {
  const nodes = new Map<string, Map<Facet, NodeMemory>>()
  for (const [facet, { nodes: own }] of memory.entries()) {
    if (isListing(facet)) continue
    for (const [key, node] of own) {
      const facets = nodes.get(key) ?? new Map<Facet, NodeMemory>()
      nodes.set(key, facets)
      facets.set(FACETS[facet]!, node)
    }
  }
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, facets]) => cellOf(provider, key, facets, k))
}

/** The same of a model that members list. */
export interface WeighedModel {
  readonly entry: ListedModel
  readonly cohorts: number
}

/** A provider's models that k members list (`facet`: `PASSED_OVER`, `OFFERED`); in the order of their names. */
export function listedOf(facet: number, provider: string, memory: ProviderMemory, k: number): WeighedModel[] {
  return [...memory[facet]!.nodes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { asOf, cohorts }]) => {
      const { model, class: workload } = nodeFields(key)
      if (model === undefined || workload !== undefined) return []
      return [{ entry: { provider, model, as_of: asOf, members: bucketed(cohorts, k) }, cohorts }]
    })
}

/** Of the models that members offer those of which the map says nothing else. */
export function unlisted(
  offered: readonly WeighedModel[],
  cells: readonly WeighedCell[],
  passedOver: readonly WeighedModel[],
): WeighedModel[] {
  const known = new Set(passedOver.map(({ entry }) => modelName(entry)))
  for (const { cell } of cells) if (cell.model !== undefined) known.add(modelName(cell))
  return offered.filter(({ entry }) => !known.has(modelName(entry)))
}

const modelName = ({ provider, model }: { readonly provider: string; readonly model?: string }): string =>
  `${provider}\n${model}`

function cellOf(provider: string, key: string, facets: ReadonlyMap<Facet, NodeMemory>, k: number): WeighedCell {
  const cohorts = Math.max(...[...facets.values()].map((node) => node.cohorts))
  const cell = {
    provider,
    ...nodeFields(key),
    as_of: Math.max(...[...facets.values()].map(({ asOf }) => asOf)),
    members: bucketed(cohorts, k),
  }
  const quantiles: Record<string, readonly [number, number]> = {}
  const figures: Record<string, unknown> = {}
  for (const [facet, node] of facets) {
    if (facet === 'ttft' || facet === 'total' || facet === 'speed') {
      const { p50, p95, n, ...figure } = node.figures as TimeFigures
      // How much there was is told where nobody hides.
      figures[facet] = k === 1 && n !== undefined ? { ...figure, n } : figure
      quantiles[facet] = [p50, p95]
    } else figures[facet] = node.figures
  }
  if (Object.keys(quantiles).length > 0) figures.quantiles = quantiles
  return { cell: { ...cell, ...figures } as MapCell, cohorts }
}

/**
 * Every published number of a facet by name, as members see their influence on it: `ttft.mean`, `success.p`, `price`.
 */
export function namedFigures(facet: Facet, figures: FacetFigures): Readonly<Record<string, number>> {
  if (typeof figures === 'number') return { [facet]: figures }
  if ('share' in figures) return { share: figures.share }
  if ('a' in figures) return { 'success.p': uptimeOf(figures) }
  const { n: _, ...named } = figures
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`${facet}.${name}`, value]))
}

const uptimeOf = ({ a, b }: SuccessFigures): number => a / (a + b)
