import type { ClientKeys } from '../access/client-keys.ts'
import type { KeylessAccess } from '../access/keyless.ts'
import type { Engine } from '../routing/engine.ts'
import type { Call, ClientSink } from '../routing/ports.ts'
import type { Relays } from '../routing/relay/relays.ts'
import type { Counting } from './count-tokens.ts'
import type { ConnectionBound } from './direct/connection-limit.ts'
import type { EndpointStates } from './endpoint-routes.ts'
import type { TakeFeedback } from './feedback.ts'
import type { OwnAccounts } from './own-accounts.ts'
import type { RealtimeLimits } from './realtime/limits.ts'
import type { KeptResponses } from './relay/kept-responses.ts'
import type { Owners } from './relay/owners.ts'
import type { Reports } from './report-routes.ts'

/** What the HTTP side is given. */
export interface ServerParts {
  readonly engine: Engine
  readonly reports: Reports
  readonly endpoints: EndpointStates
  readonly feedback: TakeFeedback
  readonly counting: Counting
  /**
   * The call with what it refers to looked up, itself where it refers to nothing. `account`: the fingerprint of its
   * client's key. Throws RouterError.
   */
  readonly recall: (call: Call, account: string) => Call | Promise<Call>
  readonly responses: KeptResponses
  /** The same sink, or one that keeps the answer on its way. */
  readonly watch: (call: Call, account: string, sink: ClientSink) => ClientSink
  /** For Prometheus, in its text format. */
  readonly metrics: () => string | Promise<string>
  /** Read at every request: keys change with a reload. */
  readonly keys: () => ClientKeys
  /** Who may ask while there are none. */
  readonly keyless: () => KeylessAccess
  readonly own: OwnAccounts
  readonly connections: ConnectionBound
  readonly bodyLimit: number
  /** Of bodies that are passed on as they come. */
  readonly uploadLimit: number
  readonly relays: Relays
  readonly realtime: RealtimeLimits
  readonly owners: Owners
  /** Unexpected errors, for the log. */
  readonly onError: (
    error: unknown,
    request: { readonly path: string; readonly id: string; readonly requestId: string | undefined },
  ) => void
}
