import type { OwnAccount, Provider, RoutableModel, Route } from '../catalogue.ts'
import type { Step } from './resolve.ts'

/**
 * The chain at the accounts that the client brought: the operator's are asked only behind all of them, and only where
 * that is allowed. `own`: by provider; undefined for none.
 */
export function atOwnAccounts(steps: readonly Step[], own: ReadonlyMap<string, Provider> | undefined): readonly Step[] {
  const account = own?.values().next().value?.own
  if (!own || !account) return steps
  const owned = steps.map((step): Step => ({ ...step, model: ownModel(step.model, own), own: account }))
  return account.allowFallbacks ? [...owned, ...steps] : owned
}

const ownModel = (model: RoutableModel, own: ReadonlyMap<string, Provider>): RoutableModel => ({
  ...model,
  routes: model.routes.map((route) => ownRoute(route, own.get(route.provider.id))),
})

/** What the operator limits, and the headers that it adds, are of its own account. */
function ownRoute({ headers, ...route }: Route, provider: Provider | undefined): Route {
  if (!provider) return headers ? { ...route, headers } : route
  const leftOut = Object.entries(headers ?? {}).filter(([, value]) => value === null)
  return {
    ...route,
    provider,
    limits: {},
    ...(leftOut.length > 0 && { headers: Object.fromEntries(leftOut) }),
  }
}

/** What a provider may refuse because of the account, and not because of what is asked. */
const OF_ACCOUNT: ReadonlySet<string> = new Set([
  'provider_auth',
  'provider_billing',
  'provider_rate_limited',
  'provider_not_found',
])

/** Whether it says something of a client's own account only. */
export const isOfAccount = (own: OwnAccount | undefined, kind: string): boolean =>
  own !== undefined && OF_ACCOUNT.has(kind)
