import { nodeKey } from '../aggregate/levels.ts'
import type { Location } from '../aggregate/location.ts'
import { FACETS, type Sums } from '../aggregate/sums.ts'
import type { Anchor } from '../aggregate/times.ts'
import { type ProbedCell, together } from './probe-cells.ts'
import { varianceOf } from './probe-sums.ts'

/** Fewer requests than this are held against nobody. */
const MIN_REQUESTS = 4
/** What honest members differ from a prober by, on the logarithm: on its continent, and elsewhere. */
const NEAR_SD = 0.35
const FAR_SD = 0.6

/** What the hub measured itself of one provider: what members' words are held against. */
export interface Truth {
  /**
   * A facet of a node, by the names of the leaves that it is made of: from those measured, when they
   * are at least half of them. Undefined for others, for what is no time, and for a provider as a whole.
   */
  anchor(facet: number, node: string, leaves: readonly string[]): Anchor | undefined
  /** Against which a member is measured in a leaf, by its path of node keys. */
  location(facet: number, path: readonly string[]): Location | undefined
}

export const NO_TRUTH: Truth = { anchor: () => undefined, location: () => undefined }

/** Of `probed`, those of one provider. */
export function truthOf(probed: readonly ProbedCell[]): Truth {
  if (probed.length === 0) return NO_TRUTH
  const groups = [0, 1].flatMap((level) => [...Map.groupBy(probed, (cell) => nodeKey(cell, level))])
  const nodes = new Map(groups.map(([key, group]) => [key, together(group)]))
  const measured = (facet: number, key: string): Sums | undefined => {
    const own = isTime(facet) ? nodes.get(key)?.facets[facet] : undefined
    return own && own.n >= MIN_REQUESTS ? own : undefined
  }
  const locationOf = (own: Sums | undefined, sd: number): Location | undefined => {
    if (!own) return undefined
    const scale = Math.sqrt(sd * sd + varianceOf(own) / own.n)
    return { center: own.a, scale, spread: scale, low: own.a - 3 * scale, high: own.a + 3 * scale }
  }
  return {
    anchor(facet, node, leaves) {
      if (node === '') return undefined
      const own = leaves.flatMap((leaf) => measured(facet, leaf) ?? [])
      if (own.length === 0 || 2 * own.length < leaves.length) return undefined
      const mean = (of: (sums: Sums) => number) => own.reduce((sum, each) => sum + of(each), 0) / own.length
      return { mean: mean(({ a }) => a), sd: mean((sums) => Math.sqrt(varianceOf(sums))) }
    },
    location: (facet, path) =>
      locationOf(measured(facet, path[0]!), NEAR_SD) ?? locationOf(measured(facet, path[1]!), FAR_SD),
  }
}

const isTime = (facet: number): boolean => ['ttft', 'total', 'speed'].includes(FACETS[facet]!)
