import { parseDuration, parseSize } from '../base/units.ts'
import type { PriceTier, Rates } from '../plugins/api.ts'
import type { Places } from './places.ts'
import { child } from './pointer.ts'
import { connection } from './schema/connection.ts'
import type { PluginUse, ProviderConfig, Timeouts } from './types.ts'
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
  return Object.fromEntries(Object.entries(provider).filter(([key]) => !ROUTERS_OWN.has(key)))
}

const ROUTERS_OWN: ReadonlySet<string> = new Set(['plugin', 'optional', 'price', ...Object.keys(connection)])

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
    ...(tiers !== undefined && { tiers: tiers.map(buildTier) }),
  }
}

function buildTier(tier: Mapping): PriceTier {
  const { above, service_tier, factor } = tier as { above?: number; service_tier?: string; factor?: number }
  return {
    ...buildRates(tier),
    ...(above !== undefined && { aboveInputTokens: above }),
    ...(service_tier !== undefined && { serviceTier: service_tier }),
    ...(factor !== undefined && { factor }),
  }
}

function buildRates(rates: Mapping): Partial<Rates> {
  const { prompt, completion, cache_read, cache_write, cache_write_1h, request } = rates as Record<
    string,
    number | undefined
  >
  return {
    ...(prompt !== undefined && { prompt }),
    ...(completion !== undefined && { completion }),
    ...(cache_read !== undefined && { cacheRead: cache_read }),
    ...(cache_write !== undefined && { cacheWrite: cache_write }),
    ...(cache_write_1h !== undefined && { cacheWrite1h: cache_write_1h }),
    ...(request !== undefined && { request }),
  }
}
