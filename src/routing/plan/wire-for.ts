import type { Route } from '../catalogue.ts'
import type { Codec } from '../codec.ts'
import type { Asked } from './plan-input.ts'

/**
 * The wire to ask this route in: the client's own when the adapter speaks it, else the first one that a converter
 * reaches.
 */
export function wireFor(codec: Pick<Codec, 'converts'>, { operation, wire }: Asked, route: Route): string | undefined {
  const wires = wiresOf(operation, route)
  // A function here would take memory of each request that is asked in its own wire.
  return wires.includes(wire) ? wire : firstReached(codec, operation, wire, wires)
}

const firstReached = (
  codec: Pick<Codec, 'converts'>,
  operation: Asked['operation'],
  wire: string,
  wires: readonly string[],
): string | undefined => wires.find((other) => codec.converts(operation, wire, other))

/** Whether it is asked in the client's own wire, where all that a request says has a meaning. */
export const isNative = ({ operation, wire }: Asked, route: Route): boolean => wiresOf(operation, route).includes(wire)

const NONE: readonly string[] = []

const wiresOf = (operation: Asked['operation'], { endpoint, provider }: Route): readonly string[] =>
  (operation === 'chat' ? endpoint.chatWires : endpoint.wires?.[operation]) ?? provider.adapter.wires[operation] ?? NONE
