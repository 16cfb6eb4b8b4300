import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { AttemptRecord, Endpoint, Operation, PluginLog } from '../plugins/api.ts'
import { createRegistry, type PluginRegistry } from '../plugins/registry.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import { Transport } from '../routing/upstream/transport.ts'
import { buildCatalogue } from './build-catalogue.ts'
import { maxConnectMs } from './connect-timeout.ts'
import { type ProbeRequest, probeRoute } from './probe-route.ts'
import { handOver, readBook } from './state.ts'

interface ListedEndpoint {
  readonly endpoint: Endpoint
  readonly model: string
  readonly simulated: boolean
  /** What its provider is asked for, best first. */
  readonly operations: readonly Operation[]
}

/**
 * A router without a server, for commands: its endpoints, what the stats hold, and single probes. Never locks or writes
 * the stats itself.
 */
export interface App {
  readonly config: Config
  readonly registry: PluginRegistry
  readonly catalogue: Catalogue
  /** Each endpoint once per model that has it. */
  readonly endpoints: readonly ListedEndpoint[]
  readonly book: OutcomeBook
  readonly stateDirectory: string
  /** Sends one real request to one endpoint: a full attempt without retries. Not recorded. */
  probe(endpointId: string, request: ProbeRequest, options?: { readonly signal?: AbortSignal }): Promise<AttemptRecord>
  /**
   * Books outcomes as the router's own: a running router takes them over at its next flush, else the next start does.
   */
  record(outcomes: readonly Outcome[]): Promise<void>
  close(): Promise<void>
}

/** Throws RouterError when the plugins cannot be used or the stats cannot be read. */
export async function createApp(config: Config, log: PluginLog): Promise<App> {
  const registry = createRegistry({ directory: config.source.directory, log, readOnly: true })
  const transport = new Transport({ connectMs: maxConnectMs(config) })
  const close = async () => {
    await registry.closeAll()
    await transport.close()
  }
  try {
    const catalogue = await buildCatalogue(config, registry)
    const models = [...catalogue.models.values()]
    return {
      config,
      registry,
      catalogue,
      endpoints: models.flatMap(({ name, routes }) =>
        routes.map(({ endpoint, provider }) => ({
          endpoint,
          model: name,
          simulated: provider.adapter.simulated ?? false,
          operations: Object.keys(provider.adapter.wires) as Operation[],
        })),
      ),
      book: await readBook(config, registry),
      stateDirectory: stateDirectory(config),
      probe: (id, request, options) =>
        probeRoute({ catalogue, transport, routing: config.routing }, id, request, options?.signal),
      record: (outcomes) => handOver(config, outcomes),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
