import type { JsonObject } from '../../plugins/api.ts'
import type { RelayCall } from '../../routing/relay/relay-call.ts'

/** Who is asked for what, once it is known who asks. */
export type Meant = Pick<RelayCall, 'operation' | 'provider' | 'path' | 'query' | 'read' | 'charges'>

/** Nobody has to be asked. */
export interface LocalAnswer {
  readonly json: JsonObject
}
