import type { AtomMemory } from './atoms.ts'
import type { FacetFigures } from './figures.ts'

/** A published facet of a cell, as it stays until enough of what it is made of changes. */
export interface NodeMemory {
  readonly asOf: number
  /** Enrolments behind it, exactly: never published. */
  readonly cohorts: number
  /** Hash of the atoms and their epochs. */
  readonly madeOf: string
  readonly figures: FacetFigures
}

/** What the next aggregation must know of the last one, of one facet of one provider. */
export interface FacetMemory {
  readonly atoms: ReadonlyMap<string, AtomMemory>
  readonly nodes: ReadonlyMap<string, NodeMemory>
}

/** By facet. */
export type ProviderMemory = readonly FacetMemory[]

export interface Terms {
  /** The epoch at whose end this map is made. */
  readonly epoch: number
  readonly epochSeconds: number
  readonly k: number
}

/** Figures are published for this long after they last changed. */
const FIGURES_LAST_S = 86_400

export const isExpired = (asOf: number, { epoch, epochSeconds }: Terms): boolean =>
  (epoch - asOf) * epochSeconds >= FIGURES_LAST_S
