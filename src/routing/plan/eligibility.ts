import type { Endpoint, Exclusion } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { Step } from '../resolve/resolve.ts'
import { expectedTokens } from './expected-tokens.ts'
import { filterRoutes } from './filter.ts'
import type { PlannerParts } from './parts.ts'
import type { PlanInput } from './plan-input.ts'
import { wireFor } from './wire-for.ts'

/** Which routes a request may be sent to at all, whatever their health and what is believed of them. */
export interface Eligibility {
  readonly routes: readonly Route[]
  /** The model that each of them serves. */
  readonly models: readonly string[]
  readonly endpoints: readonly Endpoint[]
  readonly ids: readonly string[]
  readonly excluded: readonly Exclusion[]
  /** Tokens of input for which it is the same. */
  readonly inputTokens: { readonly min: number; readonly max: number }
  /** One of the routes has limits of the operator's: what is left of them is another question each time. */
  readonly isLimited: boolean
  /** A limit has been reached: true for this request alone. */
  readonly isUnique: boolean
}

/** Of all `steps` together. */
export function eligibilityOf(parts: PlannerParts, steps: readonly Step[], input: PlanInput): Eligibility {
  const { operation, wire, demand, held, own, inputTokens } = input
  const routes: Route[] = []
  const models: string[] = []
  const excluded: Exclusion[] = []
  const range = { min: 0, max: Number.POSITIVE_INFINITY }
  let isLimited = false
  let isUnique = false
  for (const { model, preferences } of steps) {
    const filtered = filterRoutes(model.routes, {
      model: model.name,
      preferences,
      demand,
      inputTokens,
      operation,
      wire,
      held,
      isOwn: own !== undefined,
      speaks: (route) => wireFor(parts.codec, input, route) !== undefined,
      limit: (route) => limitReached(parts, route, model.name, input),
    })
    for (const exclusion of filtered.excluded) {
      excluded.push(exclusion)
      isUnique ||= exclusion.reason === 'rate_limited'
    }
    for (const route of model.routes) narrow(range, route, input)
    for (const route of filtered.eligible) {
      isLimited ||= hasLimits(route)
      // Of an endpoint that two models share the later one counts.
      const before = steps.length > 1 ? routes.findIndex(({ endpoint }) => endpoint.id === route.endpoint.id) : -1
      const at = before < 0 ? routes.length : before
      routes[at] = route
      models[at] = model.name
    }
  }
  const endpoints = routes.map(({ endpoint }) => endpoint)
  const ids = endpoints.map(({ id }) => id)
  return { routes, models, endpoints, ids, excluded, inputTokens: range, isLimited, isUnique }
}

/** Whether another request that has the same key, at another moment, finds the same routes. */
export const staysEligible = ({ inputTokens: { min, max }, isLimited }: Eligibility, { inputTokens }: PlanInput) =>
  !isLimited && inputTokens >= min && inputTokens <= max

export const hasLimits = ({ limits: { rpm, tpm } }: Route) => rpm !== undefined || tpm !== undefined

/** The operator's limit that one more request would break, in words. */
export function limitReached(
  { ledger, limits }: PlannerParts,
  route: Route,
  model: string,
  input: PlanInput,
): string | undefined {
  if (input.operation === 'counting' || !hasLimits(route)) return undefined
  return limits.exceeded(route.endpoint.id, route.limits, expectedTokens(ledger, model, input), input.now)
}

/**
 * Keeps the range of input tokens that this route takes, or does not take, just as it does now; and at the same rates.
 */
function narrow(range: { min: number; max: number }, { endpoint }: Route, { demand, inputTokens }: PlanInput): void {
  const { contextLength, maxOutputTokens = Number.POSITIVE_INFINITY, price } = endpoint
  const output = Math.min(demand.maxOutputTokens ?? 0, maxOutputTokens)
  if (contextLength !== undefined) split(range, contextLength - output, inputTokens)
  if (!price?.tiers) return
  for (const tier of price.tiers)
    if (tier.aboveInputTokens !== undefined) split(range, tier.aboveInputTokens, inputTokens)
}

/** On which side of a limit, in whole tokens, that itself still belongs below. */
function split(range: { min: number; max: number }, limit: number, tokens: number): void {
  if (tokens <= limit) range.max = Math.min(range.max, limit)
  else range.min = Math.max(range.min, limit + 1)
}
