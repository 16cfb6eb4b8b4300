import { RouterError } from '../../base/errors.ts'
import { nearestNames } from '../../base/nearest.ts'
import type { Catalogue, OwnAccount, RoutableModel } from '../catalogue.ts'
import type { AskedFor } from '../ports.ts'
import { NO_PREFERENCES, type Preferences, parsePreferences, type SortKey } from './preferences.ts'

/** One model of the chain, with the preferences that hold for it. */
export interface Step {
  readonly model: RoutableModel
  readonly preferences: Preferences
  /** In place of the model's own; for `exacto`, the one sort that is a strategy. */
  readonly strategy?: RoutableModel['strategy']
  /** Its routes at the client's own accounts are meant. */
  readonly own?: OwnAccount
  /** Its selector's budget leaves too little for it: it is asked where no other gives an answer. */
  readonly isOverBudget?: boolean
}

/** Routing suffixes that hold for any model; the last one wins. */
const SORT_SUFFIXES: ReadonlyMap<string, SortKey> = new Map([
  ['nitro', 'throughput'],
  ['floor', 'price'],
  ['exacto', 'exacto'],
])

const MAX_CHAIN = 16
/** Characters. Names become ids that are kept in memory, logged and sent as a header. */
const MAX_NAME_LENGTH = 256

/**
 * The chain of models to try: `model`, then `models[]`, then the fallbacks that the configuration gives each of them.
 * Each model is tried once. Throws ROUTER_MODEL_NOT_FOUND with the nearest names, or ROUTER_BAD_REQUEST.
 */
export function resolve(catalogue: Catalogue, asked: AskedFor): Step[] {
  const single = singleStep(catalogue, asked)
  if (single) return [single]
  const requested = requestedModels(asked)
  const preferences = parsePreferences(asked.provider)
  const steps = new Map<string, Step>()
  const queue: { name: string; preferences: Preferences }[] = requested.map((name) => ({ name, preferences }))
  for (let index = 0; index < queue.length && steps.size < MAX_CHAIN; index++) {
    const { name, preferences } = queue[index]!
    const step = resolveName(catalogue, name, preferences)
    if (steps.has(step.model.name)) continue
    steps.set(step.model.name, step)
    // Who wants no fall-back gets those models only that it names itself.
    if (!step.preferences.allowFallbacks) continue
    for (const fallback of step.model.fallbacks) {
      const own = fallback.provider === undefined ? preferences : parsePreferences(fallback.provider)
      queue.push({ name: fallback.model, preferences: own })
    }
  }
  return [...steps.values()].map((step) =>
    step.preferences.sort === 'exacto' ? { ...step, strategy: exactoFor(step, catalogue) } : step,
  )
}

/** What most requests are: one model by its name, without preferences and fallbacks. */
function singleStep(catalogue: Catalogue, { model: name, models, provider }: AskedFor): Step | undefined {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) return undefined
  if (models !== undefined || provider !== undefined) return undefined
  const model = catalogue.models.get(name)
  return model?.fallbacks.length === 0 ? { model, preferences: NO_PREFERENCES } : undefined
}

/** A model that is routed by `exacto` anyway has the operator's options for it. */
const exactoFor = ({ model: { strategy } }: Step, { exacto }: Catalogue) =>
  strategy.name === exacto.name ? strategy : exacto

/** The names that the client asked for, in order. */
export function requestedModels({ model, models }: AskedFor): string[] {
  if (model !== undefined && model !== null && typeof model !== 'string')
    throw bad('"model" must be a string.', 'model')
  if (
    models !== undefined &&
    models !== null &&
    !(Array.isArray(models) && models.every((name) => typeof name === 'string'))
  ) {
    throw bad('"models" must be an array of strings.', 'models')
  }
  const names = [...(model ? [model] : []), ...((models as string[] | null | undefined) ?? [])]
  if (names.length === 0) throw bad('"model" is missing: name a model; GET /v1/models lists them.', 'model')
  if (names.length > MAX_CHAIN) throw bad(`"models" names more than ${MAX_CHAIN} models.`, 'models')
  if (names.some((name) => name.length > MAX_NAME_LENGTH))
    throw bad(`The name of a model has at most ${MAX_NAME_LENGTH} characters.`, 'model')
  return names
}

function resolveName(catalogue: Catalogue, name: string, preferences: Preferences): Step {
  const exact = catalogue.models.get(name)
  if (exact) return { model: exact, preferences }
  const { base, sort } = stripSuffixes(name)
  const model = catalogue.models.get(base) ?? catalogue.named(base) ?? directModel(catalogue, base)
  if (!model) throw notFound(catalogue, name)
  return { model, preferences: sort ? { ...preferences, sort } : preferences }
}

/** Splits `name:nitro` and the like; the last suffix wins and beats `provider.sort`. */
function stripSuffixes(name: string): { base: string; sort?: SortKey } {
  let base = name
  let sort: SortKey | undefined
  for (;;) {
    const colon = base.lastIndexOf(':')
    const suffix = colon < 0 ? undefined : SORT_SUFFIXES.get(base.slice(colon + 1))
    if (!suffix) return sort ? { base, sort } : { base }
    sort ??= suffix
    base = base.slice(0, colon)
  }
}

function directModel(catalogue: Catalogue, name: string): RoutableModel | undefined {
  const slash = name.indexOf('/')
  if (slash <= 0 || slash === name.length - 1) return undefined
  const provider = catalogue.providers.get(name.slice(0, slash))
  return provider && catalogue.direct(provider, name.slice(slash + 1))
}

function notFound(catalogue: Catalogue, name: string): RouterError {
  const shown = name.slice(0, 200)
  const near = nearestNames(shown, [...catalogue.models.keys(), ...catalogue.known().keys()])
  const hint =
    near.length > 0
      ? ` Did you mean ${near.map((found) => `"${found}"`).join(' or ')}?`
      : ' GET /v1/models lists what is.'
  return new RouterError(
    'ROUTER_MODEL_NOT_FOUND',
    { model: shown, hint },
    { extra: { availability: availability(shown, near) } },
  )
}

const availability = (model: string, near: readonly string[]) => ({
  code: 'model_not_found',
  retryable: false,
  requested_models: [model],
  ...(near.length > 0 && { fallback_models: near }),
})

const bad = (reason: string, param: string) => new RouterError('ROUTER_BAD_REQUEST', { reason, param })
