import { RouterError } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject } from '../../plugins/api.ts'

export type SortKey = 'price' | 'throughput' | 'latency' | 'exacto'

const SORTS: ReadonlySet<unknown> = new Set<SortKey>(['price', 'throughput', 'latency', 'exacto'])

/**
 * OpenRouter's `provider{}` after validation (reference: openrouter.ai/docs, provider selection). Prices in USD per
 * million tokens.
 */
export interface Preferences {
  readonly order: readonly string[]
  readonly allowFallbacks: boolean
  readonly only?: readonly string[]
  readonly ignore: readonly string[]
  readonly requireParameters: boolean
  /** For `zdr: true` or `data_collection: deny`, the stricter one: excludes all that are not known to comply. */
  readonly dataPolicy?: 'zdr' | 'training'
  /** In one of them, in small letters. No field of OpenRouter's. */
  readonly regions?: readonly string[]
  readonly quantizations?: readonly string[]
  readonly maxPrice?: Readonly<Partial<Record<'prompt' | 'completion' | 'request', number>>>
  readonly sort?: SortKey
  /** `none`: one sort over the endpoints of every model in the chain. */
  readonly partition: 'model' | 'none'
  /** Tokens per second; soft. */
  readonly preferredMinThroughput?: number
  /** Seconds to the first token; soft. */
  readonly preferredMaxLatency?: number
}

export const NO_PREFERENCES: Preferences = {
  order: [],
  allowFallbacks: true,
  ignore: [],
  requireParameters: false,
  partition: 'model',
}

/** In one list: each is compared with every endpoint. */
const MAX_NAMES = 256

/** Reads a `provider{}` object; numbers may come as strings. Throws ROUTER_BAD_REQUEST naming the field. */
export function parsePreferences(value: unknown): Preferences {
  if (value === undefined || value === null) return NO_PREFERENCES
  if (!isObject(value)) throw bad('provider', 'an object', value)
  const sort = readSort(value.sort)
  const only = names(value, 'only')
  const quantizations = names(value, 'quantizations')
  const maxPrice = readMaxPrice(value.max_price)
  const throughput = threshold(value, 'preferred_min_throughput')
  const latency = threshold(value, 'preferred_max_latency')
  const dataPolicy = readDataPolicy(value)
  const regions = names(typeof value.region === 'string' ? { region: [value.region] } : value, 'region')
  return {
    order: names(value, 'order') ?? [],
    allowFallbacks: flag(value, 'allow_fallbacks') ?? true,
    ...(only && { only }),
    ignore: names(value, 'ignore') ?? [],
    requireParameters: flag(value, 'require_parameters') ?? false,
    ...(dataPolicy && { dataPolicy }),
    ...(regions && { regions }),
    ...(quantizations && { quantizations }),
    ...(maxPrice && { maxPrice }),
    ...sort,
    ...(throughput !== undefined && { preferredMinThroughput: throughput }),
    ...(latency !== undefined && { preferredMaxLatency: latency }),
  }
}

function readSort(value: unknown): { sort?: SortKey; partition: 'model' | 'none' } {
  if (value === undefined || value === null) return { partition: 'model' }
  const by = isObject(value) ? value.by : value
  const partition = isObject(value) ? (value.partition ?? 'model') : 'model'
  if (partition !== 'model' && partition !== 'none')
    throw bad('provider.sort.partition', '"model" or "none"', partition)
  if (by === null || by === undefined) return { partition }
  if (!SORTS.has(by)) throw bad('provider.sort', '"price", "throughput", "latency" or "exacto"', by)
  return { sort: by as SortKey, partition }
}

function readMaxPrice(value: unknown): Preferences['maxPrice'] {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw bad('provider.max_price', 'an object', value)
  const price: Partial<Record<'prompt' | 'completion' | 'request', number>> = {}
  for (const key of ['prompt', 'completion', 'request'] as const) {
    const number = numberOf(value[key], `provider.max_price.${key}`)
    if (number !== undefined) price[key] = number
  }
  return price
}

function readDataPolicy(value: JsonObject): Preferences['dataPolicy'] {
  if (flag(value, 'zdr')) return 'zdr'
  const collection = value.data_collection
  if (collection === undefined || collection === null || collection === 'allow') return undefined
  if (collection !== 'deny') throw bad('provider.data_collection', '"allow" or "deny"', collection)
  return 'training'
}

/** A number is the median; of percentiles the median is read, or the first one given. */
function threshold(value: JsonObject, key: string): number | undefined {
  const field = value[key]
  const number = isObject(field) ? (field.p50 ?? Object.values(field)[0]) : field
  return numberOf(number, `provider.${key}`)
}

function names(value: JsonObject, key: string): string[] | undefined {
  const field = value[key]
  if (field === undefined || field === null) return undefined
  if (!Array.isArray(field) || !field.every((name) => typeof name === 'string')) {
    throw bad(`provider.${key}`, 'an array of strings', field)
  }
  if (field.length > MAX_NAMES) throw bad(`provider.${key}`, `an array of at most ${MAX_NAMES} strings`, field.length)
  return field.map((name: string) => name.toLowerCase())
}

function flag(value: JsonObject, key: string): boolean | undefined {
  const field = value[key]
  if (field === undefined || field === null) return undefined
  if (typeof field !== 'boolean') throw bad(`provider.${key}`, 'true or false', field)
  return field
}

function numberOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0)
    throw bad(field, 'a number of zero or more', value)
  return number
}

const bad = (field: string, expected: string, value: unknown) =>
  new RouterError('ROUTER_BAD_REQUEST', {
    reason: `"${field}" must be ${expected}, not ${(JSON.stringify(value) ?? 'undefined').slice(0, 80)}.`,
  })
