import { parseDuration, parseSize } from '../base/units.ts'
import { type DataPolicy, RATE_NAMES, type Rates, readConditions } from '../plugins/api.ts'
import type { Places } from './places.ts'
import { child } from './pointer.ts'
import { connection } from './schema/connection.ts'
import { DEFAULT_CONCURRENCY } from './schema/passthrough.ts'
import type {
  AuthConfig,
  ByokConfig,
  HeadersConfig,
  PluginUse,
  ProviderConfig,
  RealtimeConfig,
  Timeouts,
} from './types.ts'
import { isMapping, type Mapping } from './view.ts'

export const ms = (value: unknown): number => parseDuration(value as string | number)!
export const bytes = (value: unknown): number => parseSize(value as string | number)!

/** A plugin by bare name, or `{ plugin, options, id }`. */
export function pluginUse(value: unknown, pointer: string, places: Places): PluginUse {
  const use: Mapping = isMapping(value) ? value : { plugin: value }
  const plugin = use.plugin as string
  return {
    id: (use.id as string | undefined) ?? plugin,
    plugin,
    options: (use.options as Mapping | undefined) ?? {},
    place: places.of(isMapping(value) ? child(pointer, 'plugin') : pointer),
    placeOf: (option) => places.of(child(pointer, 'options') + option),
  }
}

/** Of a provider: what is left for its plugin. */
export function optionsIn(provider: Mapping): Mapping {
  const { headers, ...options } = Object.fromEntries(
    Object.entries(provider).filter(([key]) => !ROUTERS_OWN.has(key)),
  ) as Mapping
  if (headers === undefined) return options
  if (!isMapping(headers)) return { ...options, headers }
  return { ...options, headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)) }
}

/** Of a provider: headers that are to be left out; the others are its plugin's. */
export function headersLeftOut({ headers }: Mapping): HeadersConfig | undefined {
  const out = isMapping(headers) ? Object.entries(headers).filter(([, value]) => value === null) : []
  return out.length > 0 ? lowerCase(Object.fromEntries(out) as HeadersConfig) : undefined
}

export const lowerCase = (headers: HeadersConfig): HeadersConfig =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const ROUTERS_OWN: ReadonlySet<string> = new Set([
  'plugin',
  'optional',
  'price',
  'models',
  'passthrough',
  'data_policy',
  'api_keys',
  'params',
  ...Object.keys(connection),
])

/** `true` stands for a mapping without keys; undefined: nothing is passed through. */
export function buildPassthrough(value: unknown): ProviderConfig['passthrough'] {
  if (value === undefined || value === false) return undefined
  const { keys, concurrency = DEFAULT_CONCURRENCY } = (isMapping(value) ? value : {}) as {
    keys?: readonly string[]
    concurrency?: number
  }
  return { ...(keys && { keys }), concurrency }
}

export function buildAuth({ keys }: Mapping): AuthConfig {
  const entries = (keys as unknown[]).map((entry) => (isMapping(entry) ? entry : { key: entry })) as Mapping[]
  const byok = entries
    .filter(({ byok: own = false }) => own !== false)
    .map(({ key, byok: own }): [string, ByokConfig] => [
      key as string,
      { allowFallbacks: isMapping(own) && own.allow_fallbacks === true },
    ])
  const values = entries
    .filter(({ value_of_time: value }) => value !== undefined)
    .map(({ key, value_of_time: value }): [string, number] => [key as string, value as number])
  return {
    keys: entries.map(({ key }) => key as string),
    ...(byok.length > 0 && { byok: new Map(byok) }),
    ...(values.length > 0 && { valuesOfTime: new Map(values) }),
  }
}

export function buildDataPolicy({ zdr, data_collection, region }: Mapping): DataPolicy {
  return {
    ...(zdr !== undefined && { zdr: zdr as boolean }),
    ...(data_collection !== undefined && { dataCollection: data_collection as 'allow' | 'deny' }),
    ...(region !== undefined && { region: (region as string).toLowerCase() }),
  }
}

export function buildRealtime(realtime: Mapping): RealtimeConfig {
  const { sessions, sessions_per_key } = realtime as { sessions: number; sessions_per_key?: number }
  return {
    sessions,
    ...(sessions_per_key !== undefined && { sessionsPerKey: sessions_per_key }),
    frameLimit: bytes(realtime.frame_limit),
    idleMs: ms(realtime.idle),
    maxDurationMs: ms(realtime.max_duration),
  }
}

/** Those that are given. */
export function buildTimeouts({ connect, first_token, response, alive, idle, total }: Mapping): Partial<Timeouts> {
  return {
    ...(connect !== undefined && { connectMs: ms(connect) }),
    ...(first_token !== undefined && { firstTokenMs: ms(first_token) }),
    ...(response !== undefined && { responseMs: ms(response) }),
    ...(alive !== undefined && { aliveMs: ms(alive) }),
    ...(idle !== undefined && { idleMs: ms(idle) }),
    ...(total !== undefined && { totalMs: ms(total) }),
  }
}

export function buildPrice(price: Mapping): NonNullable<ProviderConfig['price']> {
  const { prompt, completion, tiers } = price as { prompt: number; completion: number; tiers?: readonly Mapping[] }
  return {
    ...buildRates(price),
    prompt,
    completion,
    ...(tiers !== undefined && { tiers: tiers.map((tier) => ({ ...buildRates(tier), ...readConditions(tier) })) }),
  }
}

function buildRates(rates: Mapping): Partial<Rates> {
  return Object.fromEntries(
    Object.entries(RATE_NAMES)
      .map(([name, key]) => [name, rates[key]] as const)
      .filter(([, rate]) => rate !== undefined),
  )
}
