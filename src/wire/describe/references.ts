import type { Call, Reference } from '../../routing/ports.ts'
import { wireOf } from '../wires/index.ts'

/** What a request refers to and does not say; undefined for nothing, as of almost all. */
export function referencesIn({ wire, body }: Pick<Call, 'wire' | 'body'>): readonly Reference[] | undefined {
  const own = wireOf(wire)
  const definition = own?.counts === undefined ? own : wireOf(own.counts)
  return definition?.request?.references?.(body)
}
