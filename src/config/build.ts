import { availableParallelism } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Connection } from '../base/outbound.ts'
import { accountsIn, placeWithin } from './accounts.ts'
import { buildFederation } from './build-federation.ts'
import { buildModels } from './build-models.ts'
import {
  buildAuth,
  buildDataPolicy,
  buildPassthrough,
  buildPrice,
  buildRealtime,
  buildTimeouts,
  bytes,
  headersLeftOut,
  ms,
  optionsIn,
  pluginUse,
} from './build-parts.ts'
import { buildProbes } from './build-probes.ts'
import type { NamedEndpoints } from './canonical.ts'
import type { Places } from './places.ts'
import { child } from './pointer.ts'
import type {
  Config,
  LogConfig,
  OfferedModels,
  ParamsConfig,
  PluginUse,
  Problem,
  ProviderConfig,
  RoutingConfig,
  Timeouts,
} from './types.ts'
import { type Mapping, mappingAt } from './view.ts'

export interface BuildContext {
  readonly places: Places
  readonly leftOut: ReadonlySet<string>
  readonly named: NamedEndpoints
  readonly connections: ReadonlyMap<string, Connection>
  readonly source: Config['source']
  readonly version: string
  readonly warnings: readonly Problem[]
}

/** A valid file, with its defaults, as a Config. The casts hold because the schema has been checked. */
export function buildConfig(root: Mapping, context: BuildContext): Config {
  const { places, source, version, warnings } = context
  const server = mappingAt(root, 'server')
  const providers = buildProviders(root, context)
  const stats = mappingAt(root, 'stats')
  return {
    source,
    version,
    server: {
      host: server.host as string,
      port: server.port as number,
      workers: server.workers === 'auto' ? availableParallelism() : Number(server.workers),
      ...(server.max_connections !== undefined && { maxConnections: server.max_connections as number }),
      bodyLimit: bytes(server.body_limit),
      uploadLimit: bytes(server.upload_limit),
      realtime: buildRealtime(mappingAt(server, 'realtime')),
      streamBuffer: bytes(server.stream_buffer),
      drainTimeoutMs: ms(server.drain_timeout),
      allowedHosts: server.allowed_hosts as string[],
      allowedOrigins: server.allowed_origins as string[],
      ...(server.drain_delay !== undefined && { drainDelayMs: ms(server.drain_delay) }),
    },
    auth: buildAuth(mappingAt(root, 'auth')),
    providers,
    models: buildModels(root, providers, context.named, places),
    catalogue: buildCatalogueSource(mappingAt(root, 'catalogue'), source.directory),
    routing: buildRouting(mappingAt(root, 'routing'), places),
    responses: buildResponses(mappingAt(root, 'responses')),
    stats: {
      store: buildStore(stats, places),
      flushMs: ms(stats.flush),
      maxCells: stats.max_cells as number,
      ...(typeof stats.prior === 'string' && { prior: resolve(source.directory, stats.prior) }),
    },
    log: buildLog(mappingAt(root, 'log'), source.directory),
    federation: buildFederation(mappingAt(root, 'federation'), source.directory),
    ...(root.probes !== undefined && { probes: buildProbes(root.probes as Mapping) }),
    observers: (root.observers as unknown[]).map((entry, index) =>
      pluginUse(entry, child('/observers', index), places),
    ),
    plugins: (root.plugins as string[]).map((specifier, index) => ({
      specifier,
      place: places.of(child('/plugins', index)),
    })),
    warnings,
  }
}

function buildProviders(root: Mapping, { places, leftOut, connections }: BuildContext): Map<string, ProviderConfig> {
  const fromEnv = places.valuesFromEnv('/providers')
  const usual = Object.keys(root.models as Mapping).length > 0 ? 'none' : 'known'
  const entries = Object.entries(root.providers as Record<string, Mapping>).filter(([id]) => !leftOut.has(id))
  return new Map(
    entries.flatMap(([id, entry]) => {
      const { plugin, optional, price, data_policy, trace_headers, passthrough, params, models = usual } = entry
      const passes = buildPassthrough(passthrough)
      const pointer = child('/providers', id)
      const connection = connections.get(id)
      const options = optionsIn(entry)
      const headers = headersLeftOut(entry)
      return accountsIn(id, entry).map((account): [string, ProviderConfig] => [
        account.id,
        {
          id: account.id,
          plugin: (plugin as string | undefined) ?? id,
          options: { ...options, ...account.options },
          optional: optional as boolean,
          ...(account.id !== id && { account: id }),
          ...(account.weight !== 1 && { weight: account.weight }),
          ...(params !== undefined && { params: params as ParamsConfig }),
          ...(headers && { headers }),
          ...(trace_headers === true && { traceHeaders: true }),
          ...(connection && { connection }),
          ...(passes && { passthrough: passes }),
          fromEnv: fromEnv.get(pointer) ?? [],
          ...(price !== undefined && { price: buildPrice(price as Mapping) }),
          ...(data_policy !== undefined && { dataPolicy: buildDataPolicy(data_policy as Mapping) }),
          ...(models !== 'none' && { models: models as OfferedModels }),
          place: places.ofKey(pointer),
          placeOf: (option) => places.of(pointer + placeWithin(account, option)),
        },
      ])
    }),
  )
}

function buildRouting(routing: Mapping, places: Places): RoutingConfig {
  const timeouts = mappingAt(routing, 'timeouts')
  const { ttl } = mappingAt(routing, 'affinity')
  const hedging = mappingAt(routing, 'hedging')
  return {
    strategy: pluginUse(routing.strategy, '/routing/strategy', places),
    attempts: mappingAt(routing, 'retries').attempts as number,
    timeouts: buildTimeouts(timeouts) as Timeouts,
    keepAliveMs: routing.keep_alive === 'off' ? Number.POSITIVE_INFINITY : ms(routing.keep_alive),
    requestTimeoutMaxMs: ms(timeouts.request_max),
    hedging: {
      enabled: hedging.enabled as boolean,
      budget: hedging.budget as number,
      minDelayMs: ms(hedging.min_delay),
    },
    affinity: { ttlMs: ttl === 'auto' || ttl === 'off' ? ttl : ms(ttl) },
  }
}

function buildCatalogueSource({ source, public_key }: Mapping, directory: string): Config['catalogue'] {
  const place = source as string
  return {
    source: /^https?:\/\//.test(place) ? place : resolve(directory, place),
    ...(public_key !== undefined && { publicKey: public_key as string }),
  }
}

function buildResponses({ store, max_size, max_count, remember_items }: Mapping): Config['responses'] {
  return {
    ...(store !== 'off' && {
      store: { keepMs: ms(store), maxBytes: bytes(max_size), maxCount: max_count as number },
    }),
    rememberItemsMs: remember_items === 'off' ? 0 : ms(remember_items),
  }
}

/** `stats.path` is short for the `path` option of the default store. */
function buildStore(stats: Mapping, places: Places): PluginUse {
  const use = pluginUse(stats.store, '/stats/store', places)
  if (use.plugin !== 'lowdb' || 'path' in use.options) return use
  return {
    ...use,
    options: { ...use.options, path: stats.path },
    placeOf: (pointer) => (pointer === '/path' ? places.of('/stats/path') : use.placeOf(pointer)),
  }
}

function buildLog(log: Mapping, directory: string): LogConfig {
  const own = { level: log.level as LogConfig['level'], format: log.format as LogConfig['format'] }
  if (log.outcomes === false) return own
  const outcomes = mappingAt(log, 'outcomes')
  const path = outcomes.path as string
  return {
    ...own,
    outcomes: {
      path: isAbsolute(path) ? path : join(directory, path),
      keepMs: ms(outcomes.keep),
      maxBytes: bytes(outcomes.max_size),
    },
  }
}
