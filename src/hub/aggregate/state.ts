import { gunzipSync, gzipSync } from 'node:zlib'
import type { AtomMemory } from './atoms.ts'
import type { NodeMemory, ProviderMemory } from './memory.ts'
import { FACET_COUNT } from './sums.ts'

/** What an aggregation did: for logs and metrics. */
export interface AggregationFacts {
  readonly epoch: number
  /** Reports that it took in, and those among them that could not be read. */
  readonly reports: number
  readonly broken: number
  /** Cells in the map, and those for which it had no room. */
  readonly cells: number
  readonly dropped: number
  /** Of the signed document. */
  readonly bytes: number
  readonly milliseconds: number
}

/** `maps.state`: what the next aggregation must know of this one, by provider. */
export interface MapState {
  readonly providers: ReadonlyMap<string, ProviderMemory>
  readonly facts: AggregationFacts
}

interface Stored {
  readonly version: 1
  readonly facts: AggregationFacts
  readonly providers: readonly (readonly [string, readonly StoredFacet[]])[]
}
/** Under the names that stored maps have. */
interface StoredNode extends Omit<NodeMemory, 'cohorts'> {
  readonly voices: number
}

interface StoredFacet {
  readonly atoms: readonly (readonly [string, AtomMemory])[]
  readonly nodes: readonly (readonly [string, StoredNode])[]
}

export function encodeState({ providers, facts }: MapState): Buffer {
  const stored: Stored = {
    version: 1,
    facts,
    providers: [...providers].map(([provider, memory]) => [
      provider,
      memory.map(({ atoms, nodes }) => ({
        atoms: [...atoms],
        nodes: [...nodes].map(([key, { cohorts, ...node }]) => [key, { ...node, voices: cohorts }] as const),
      })),
    ]),
  }
  return gzipSync(JSON.stringify(stored), { level: 1 })
}

export function decodeState(bytes: Uint8Array): MapState {
  const { facts, providers } = JSON.parse(gunzipSync(bytes).toString()) as Stored
  return {
    facts,
    providers: new Map(
      providers.map(([provider, memory]) => [
        provider,
        withAllFacets(memory).map(({ atoms, nodes }) => ({
          atoms: new Map(atoms),
          nodes: new Map(nodes.map(([key, { voices, ...node }]) => [key, { ...node, cohorts: voices }])),
        })),
      ]),
    ),
  }
}

/** Facets that were added since are empty. */
const withAllFacets = (memory: readonly StoredFacet[]): readonly StoredFacet[] =>
  Array.from({ length: FACET_COUNT }, (_, facet) => memory[facet] ?? { atoms: [], nodes: [] })
