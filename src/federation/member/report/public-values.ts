import type { PublicEndpoint } from '../../protocol/types.ts'

/**
 * What anybody can know of a cell before its requests are counted: logarithms of milliseconds and of tokens per second.
 * Observations are clipped around them, so that less noise hides each.
 */
export interface PublicCell {
  readonly ttft?: number
  readonly total?: number
  readonly speed?: number
}

/** What is public: the newest map. It must not depend on this router's requests but through what was published. */
export interface PublicValues {
  /** Undefined where nothing is known. */
  find(endpoint: PublicEndpoint, workloadClass: string): PublicCell | undefined
  /** Minor version of the hub that published it. */
  readonly minor: number
  /** The classes that are spoken of in public. */
  readonly classes: readonly string[]
}

export const NOTHING_PUBLIC: PublicValues = { find: () => undefined, classes: [], minor: 0 }
