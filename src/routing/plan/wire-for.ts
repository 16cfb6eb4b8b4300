import type { Route } from '../catalogue.ts'
import type { Codec } from '../ports.ts'
import type { Asked } from './plan-input.ts'

/**
 * The wire to ask this route in: the client's own when the adapter speaks it, else the first one that a converter
 * reaches.
 */
export function wireFor(codec: Pick<Codec, 'converts'>, { operation, wire }: Asked, route: Route): string | undefined {
  const { endpoint, provider } = route
  const wires = (operation === 'chat' ? endpoint.chatWires : undefined) ?? provider.adapter.wires[operation] ?? []
  if (wires.includes(wire)) return wire
  return wires.find((other) => codec.converts(operation, wire, other))
}
