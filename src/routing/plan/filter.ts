import type { Endpoint, Exclusion, Operation, Wire } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { keeperOf } from '../conversation/owners.ts'
import type { Demand, Held, Reference } from '../ports.ts'
import type { Preferences } from '../resolve/preferences.ts'
import { madeFor } from './made-for.ts'
import { isNative } from './wire-for.ts'

export interface FilterInput {
  readonly model: string
  readonly preferences: Preferences
  readonly demand: Demand
  readonly inputTokens: number
  readonly operation: Operation
  /** Whether the route's adapter can be asked in this operation at all, natively or by conversion. */
  readonly speaks: (route: Route) => boolean
  readonly wire: Wire
  /** What only who keeps it can answer. */
  readonly held?: Held | undefined
  /** Accounts of the client's own only. */
  readonly isOwn?: boolean
  /** The operator's limit that this request would break, in words. */
  readonly limit: (route: Route) => string | undefined
}

export interface Filtered {
  readonly eligible: readonly Route[]
  readonly excluded: readonly Exclusion[]
}

/**
 * Parameters that count as required as soon as one endpoint of the model is known to support them (OpenRouter's rule).
 */
const PREFERRED_PARAMETERS = ['tools', 'response_format', 'verbosity']

/**
 * Hard constraints only. Every endpoint removed is named with its reason; unknown capabilities exclude only under
 * `require_parameters`.
 */
export function filterRoutes(routes: readonly Route[], input: FilterInput): Filtered {
  const wanted = PREFERRED_PARAMETERS.filter(
    (name) =>
      input.demand.parameters.includes(name) && routes.some((route) => route.endpoint.parameters?.includes(name)),
  )
  const roomy = routes.some((route) => writes(route, input.demand))
  const eligible: Route[] = []
  const excluded: Exclusion[] = []
  for (const route of routes) {
    const found =
      reasonAgainst(route, input, wanted) ?? (roomy && !writes(route, input.demand) ? tooShort(route) : undefined)
    if (found) excluded.push({ endpoint: route.endpoint.id, model: input.model, reason: found[0], detail: found[1] })
    else eligible.push(route)
  }
  if (input.demand.hosted !== undefined && eligible.some((route) => isNative(input, route)))
    return forHostedTools(eligible, excluded, input)
  return { eligible, excluded }
}

/** The reason that excludes who would be asked without them. */
export const HOSTED_TOOLS = 'hosted_tools'

/** Where somebody runs the tools that the request is about, nobody is asked who would leave them out. */
function forHostedTools(routes: readonly Route[], excluded: readonly Exclusion[], input: FilterInput): Filtered {
  const others = routes.filter((route) => !isNative(input, route))
  const detail = `it is asked in another wire, in which it is not given the tools of a provider (${input.demand.hosted})`
  return {
    eligible: routes.filter((route) => isNative(input, route)),
    excluded: [
      ...excluded,
      ...others.map(({ endpoint }) => ({ endpoint: endpoint.id, model: input.model, reason: HOSTED_TOOLS, detail })),
    ],
  }
}

type Reason = readonly [reason: string, detail: string]

function reasonAgainst(route: Route, input: FilterInput, wanted: readonly string[]): Reason | undefined {
  const apart =
    againstAccount(route, input) ??
    againstHeld(route, input) ??
    againstWire(route, input) ??
    againstNames(route, input.preferences) ??
    againstData(route, input.preferences)
  // Counting is free, and for prompts that do not fit as well.
  if (apart || input.operation === 'counting') return apart
  return (
    againstPrice(route, input.preferences) ??
    againstSize(route, input) ??
    againstParameters(route, input, wanted) ??
    againstLimit(route, input)
  )
}

function againstAccount({ provider }: Route, { isOwn }: FilterInput): Reason | undefined {
  if (!isOwn || provider.own) return undefined
  return ['byok', `the request brings keys of its own, and none for ${provider.account ?? provider.id}`]
}

function againstWire(route: Route, input: FilterInput): Reason | undefined {
  const own = madeFor(route.endpoint, input.operation)
  if (own) return ['operation', `it answers ${own.join(' and ')} requests, not ${input.operation} requests`]
  if (input.speaks(route)) return undefined
  return ['wire', `${route.provider.id} does not serve ${input.operation} requests in ${input.wire}`]
}

/** By what it refers to: the reason that excludes who has none of it. */
export const HELD_REASONS: Readonly<Record<Reference['kind'], string>> = {
  response: 'stored_response',
  item: 'stored_response',
  compaction: 'compaction',
  conversation: 'stored_response',
  prompt: 'stored_prompt',
  background: 'background',
  thread: 'message_thread',
  file: 'stored_file',
}

function againstHeld({ endpoint, provider }: Route, { held, operation, wire }: FilterInput): Reason | undefined {
  if (!held || held.whole) return undefined
  const { keeper, isStrict, reference } = held
  const { kind, id } = reference
  const reason = HELD_REASONS[kind]
  if (!provider.adapter.wires[operation]?.includes(wire))
    return [reason, `the request is translated for ${provider.id}, to which it means nothing`]
  const own = kind === 'file' ? endpoint.provider : keeperOf(endpoint)
  if (keeper !== undefined && keeper !== own) return [reason, `${keeper} keeps ${id}`]
  return keeper === undefined && isStrict ? [reason, `it is not known to keep ${id}`] : undefined
}

function againstNames(route: Route, { only, ignore, order, allowFallbacks }: Preferences): Reason | undefined {
  if (only && !only.some((name) => matches(route, name)))
    return ['only', `${route.provider.id} is not in provider.only`]
  if (ignore.some((name) => matches(route, name))) return ['ignore', `${route.provider.id} is in provider.ignore`]
  if (!allowFallbacks && order.length > 0 && !order.some((name) => matches(route, name)))
    return ['order', `${route.provider.id} is not in provider.order, and allow_fallbacks is false`]
  return undefined
}

function againstData(route: Route, { dataPolicy, regions, quantizations }: Preferences): Reason | undefined {
  const against = (dataPolicy && againstPolicy(route, dataPolicy)) ?? (regions && againstRegion(route, regions))
  if (against) return against
  const quantization = (route.endpoint.quantization ?? 'unknown').toLowerCase()
  if (quantizations && !quantizations.some((name) => covers(name, quantization)))
    return ['quantization', `${quantization} was not asked for`]
  return undefined
}

function againstPolicy({ endpoint }: Route, asked: 'zdr' | 'training'): Reason | undefined {
  const { zdr, dataCollection } = endpoint.dataPolicy ?? {}
  // What keeps nothing keeps nothing to train on.
  const complies = zdr === true || (asked === 'training' && dataCollection === 'deny')
  if (complies) return undefined
  const isKnown = asked === 'zdr' ? zdr !== undefined : dataCollection !== undefined
  const kept =
    asked === 'zdr' ? `${endpoint.provider} keeps prompts for a while` : `${endpoint.provider} may train on them`
  return [`data_policy:${asked}`, isKnown ? kept : `nothing is known of ${endpoint.provider}'s data policy`]
}

function againstRegion({ endpoint }: Route, asked: readonly string[]): Reason | undefined {
  const region = regionOf(endpoint)
  if (region === undefined) return ['data_region', `it is not known where ${endpoint.provider} is`]
  const plain = plainRegion(region)
  const isInside = asked.map(plainRegion).some((name) => plain === name || plain.startsWith(`${name}-`))
  return isInside ? undefined : ['data_region', `it is in ${region}`]
}

/** Where it is known to work, or else what it is named after. */
const regionOf = ({ region, dataPolicy }: Endpoint): string | undefined => dataPolicy?.region ?? region

/** Clouds write `eu-west-1` and `europe-west4`: both lie in `eu`. */
const plainRegion = (region: string): string => region.toLowerCase().replace(/^europe(?=-|$)/, 'eu')

/** `fp4` and `fp8` cover their scaled variants. */
const covers = (asked: string, has: string) =>
  asked === has || ((asked === 'fp4' || asked === 'fp8') && has.endsWith(asked))

function againstPrice(route: Route, { maxPrice }: Preferences): Reason | undefined {
  if (!maxPrice) return undefined
  const { price } = route.endpoint
  for (const key of ['prompt', 'completion', 'request'] as const) {
    const limit = maxPrice[key]
    if (limit === undefined) continue
    if (!price) return ['max_price', 'its price is not known']
    if ((price[key] ?? 0) > limit) return ['max_price', `its ${key} price ${price[key]} is above ${limit}`]
  }
  return undefined
}

function againstSize(route: Route, { demand, inputTokens }: FilterInput): Reason | undefined {
  const { contextLength, maxOutputTokens = Number.POSITIVE_INFINITY } = route.endpoint
  const output = Math.min(demand.maxOutputTokens ?? 0, maxOutputTokens)
  if (contextLength === undefined || inputTokens + output <= contextLength) return undefined
  return ['context_length', `about ${inputTokens} tokens in and up to ${output} out do not fit ${contextLength}`]
}

/**
 * Whether it may write as much as was asked for. It excludes only while another one may: some clients always ask for
 * the most.
 */
const writes = ({ endpoint }: Route, demand: Demand) =>
  (demand.maxOutputTokens ?? 0) <= (endpoint.maxOutputTokens ?? Number.POSITIVE_INFINITY)

const tooShort = ({ endpoint }: Route): Reason => [
  'max_output_tokens',
  `it writes at most ${endpoint.maxOutputTokens} tokens`,
]

function againstParameters(
  route: Route,
  { demand, preferences }: FilterInput,
  wanted: readonly string[],
): Reason | undefined {
  const { parameters, inputModalities } = route.endpoint
  if (demand.images && inputModalities && !inputModalities.includes('image'))
    return ['input_modalities', 'it does not read images']
  if (demand.audio && inputModalities && !inputModalities.includes('audio'))
    return ['input_modalities', 'it does not take sound']
  const required = preferences.requireParameters ? demand.parameters : parameters ? wanted : []
  const missing = required.find((name) => !supports(parameters, name))
  return missing === undefined
    ? undefined
    : ['require_parameters', `${missing} is ${parameters ? 'not' : 'not known to be'} supported`]
}

/** The two names of one limit count as one. */
const supports = (parameters: readonly string[] | undefined, name: string) =>
  parameters !== undefined &&
  (parameters.includes(name) ||
    (name === 'max_completion_tokens' && parameters.includes('max_tokens')) ||
    (name === 'max_tokens' && parameters.includes('max_completion_tokens')))

function againstLimit(route: Route, input: FilterInput): Reason | undefined {
  const limit = input.limit(route)
  return limit === undefined ? undefined : ['rate_limited', limit]
}

/** `provider{}` names a provider id, all accounts of it, or `id/region`. `name` is lower case. */
export function matches(route: Route, name: string): boolean {
  const id = (route.provider.account ?? route.provider.id).toLowerCase()
  if (name === id) return true
  const region = regionOf(route.endpoint)
  return region !== undefined && name === `${id}/${region.toLowerCase()}`
}
