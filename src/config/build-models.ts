import { atEachAccount } from './accounts.ts'
import { buildChecks } from './build-checks.ts'
import { buildPrice, buildTimeouts, lowerCase, ms, pluginUse } from './build-parts.ts'
import type { NamedEndpoints } from './canonical.ts'
import type { Places } from './places.ts'
import { child } from './pointer.ts'
import type { Config, EndpointConfig, HeadersConfig, ModelConfig, ParamsConfig, Place, SelectConfig } from './types.ts'
import { fallbacksOf, isMapping, listAt, type Mapping, meantBy, splitEndpoint } from './view.ts'

/** The models, without the endpoints of providers left out and without models that have no endpoint then. */
export function buildModels(
  root: Mapping,
  providers: Config['providers'],
  named: NamedEndpoints,
  places: Places,
): Map<string, ModelConfig> {
  const models = new Map<string, ModelConfig>()
  const written = root.models as Record<string, Mapping | string>
  for (const [name, entry] of Object.entries(written)) {
    const pointer = child('/models', name)
    const { model, at } = modelMeantBy(name, written, named)
    const endpoints = listAt(model, 'endpoints')
      .map((each, index) => buildEndpoint(each, at ? child(child(at, 'endpoints'), index) : pointer, places))
      .map((endpoint) => withEdits(endpoint, model))
      .flatMap((endpoint) => atEachAccount(endpoint, providers))
    const select = model.select === undefined ? undefined : buildSelect(model.select as Mapping)
    if (endpoints.length === 0 && !select) continue
    const described = isMapping(entry) ? entry : model
    models.set(name, {
      name,
      ...(described.description !== undefined && { description: described.description as string }),
      endpoints,
      ...(select && { select }),
      ...(model.strategy !== undefined && {
        strategy: pluginUse(model.strategy, child(at ?? pointer, 'strategy'), places),
      }),
      ...(model.timeouts !== undefined && { timeouts: buildTimeouts(model.timeouts as Mapping) }),
      fallbacks: fallbacksOf(model, pointer).map(({ model: target, preferences }) => ({
        model: target,
        ...(Object.keys(preferences).length > 0 && { provider: preferences }),
      })),
      place: places.ofKey(pointer),
    })
  }
  for (const [name, { select, ...model }] of models) {
    if (!select) continue
    const from = select.from.filter((member) => models.has(member))
    if (from.length > 0) models.set(name, { ...model, select: { ...select, from } })
    else models.delete(name)
  }
  for (const [target, place] of fallbackTargets(models)) {
    const endpoints = models.has(target) || target in written ? [] : (named(target) ?? [])
    const built = endpoints
      .map((each) => ({ ...splitEndpoint(each)!, weight: 1, place }))
      .flatMap((endpoint) => atEachAccount(endpoint, providers))
    if (built.length > 0) models.set(target, { name: target, endpoints: built, fallbacks: [], place })
  }
  for (const [name, model] of models) {
    models.set(name, { ...model, fallbacks: model.fallbacks.filter((fallback) => models.has(fallback.model)) })
  }
  return models
}

/** What models fall back to, which need no entry of its own. */
const fallbackTargets = (models: ReadonlyMap<string, ModelConfig>): Map<string, Place> =>
  new Map([...models.values()].flatMap(({ fallbacks, place }) => fallbacks.map(({ model }) => [model, place] as const)))

/** The model that a name stands for, and where it is written; a name for endpoints is a model with those. */
function modelMeantBy(
  name: string,
  models: Record<string, Mapping | string>,
  named: NamedEndpoints,
): { model: Mapping; at?: string } {
  const meant = meantBy(name, models)!
  if ('endpoint' in meant) return { model: { endpoints: named(meant.endpoint) ?? [meant.endpoint] } }
  return { model: models[meant.model] as Mapping, at: child('/models', meant.model) }
}

/** What is said of the model, and of the endpoint itself. */
function withEdits(endpoint: EndpointConfig, model: Mapping): EndpointConfig {
  const params = [...(model.params === undefined ? [] : [model.params as ParamsConfig]), ...(endpoint.params ?? [])]
  const headers = { ...lowerCase((model.headers ?? {}) as HeadersConfig), ...endpoint.headers }
  return {
    ...endpoint,
    ...(params.length > 0 && { params }),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

function buildSelect({
  from,
  min_quality,
  per,
  budget,
  judge,
  verify,
  features = {},
  signals = {},
}: Mapping): SelectConfig {
  const members = (from as (string | { model: string; quality?: number })[]).map((member) =>
    typeof member === 'string' ? { model: member } : member,
  )
  const declared = members.flatMap(({ model, quality }) => (quality === undefined ? [] : [[model, quality] as const]))
  return {
    from: members.map(({ model }) => model),
    ...(declared.length > 0 && { qualities: new Map(declared) }),
    minQuality: min_quality as number,
    per: per as SelectConfig['per'],
    ...(budget !== undefined && { budgetUsd: budget as number }),
    ...(judge !== undefined && { judge: buildJudge(judge as Mapping) }),
    ...(verify !== undefined && { verify: buildChecks(verify, judge as Mapping | undefined) }),
    features: buildFeatures(features as Mapping),
    signals: { repeats: true, tools: true, words: false, ...(signals as Mapping) },
  }
}

const buildFeatures = ({ words = true, embeddings, timeout, budget, rpm }: Mapping): SelectConfig['features'] => ({
  words: words as boolean,
  ...(embeddings !== undefined && {
    embeddings: {
      model: embeddings as string,
      timeoutMs: ms((timeout ?? '250ms') as string | number),
      budgetUsd: (budget ?? 1) as number,
      ...(rpm !== undefined && { rpm: rpm as number }),
    },
  }),
})

const buildJudge = ({ model, share, budget, rpm }: Mapping) => ({
  model: model as string,
  share: (share ?? 0.02) as number,
  budgetUsd: budget as number,
  ...(rpm !== undefined && { rpm: rpm as number }),
})

function buildEndpoint(entry: unknown, pointer: string, places: Places): EndpointConfig {
  const place = places.of(pointer)
  if (!isMapping(entry)) return { ...splitEndpoint(entry as string)!, weight: 1, place }
  const {
    context_length,
    max_output_tokens,
    input_modalities,
    output_modalities,
    price,
    timeouts,
    keep_warm,
    ...rest
  } = entry
  const { params, headers, ...same } = rest
  return {
    ...(same as unknown as Pick<
      EndpointConfig,
      'provider' | 'model' | 'region' | 'weight' | 'limits' | 'parameters' | 'quantization'
    >),
    ...(params !== undefined && { params: [params as ParamsConfig] }),
    ...(headers !== undefined && { headers: lowerCase(headers as HeadersConfig) }),
    ...(price !== undefined && { price: buildPrice(price as Mapping) }),
    ...(timeouts !== undefined && { timeouts: buildTimeouts(timeouts as Mapping) }),
    ...(keep_warm !== undefined && keep_warm !== false && { keepWarm: keep_warm === true ? true : ms(keep_warm) }),
    ...(context_length !== undefined && { contextLength: context_length as number }),
    ...(max_output_tokens !== undefined && { maxOutputTokens: max_output_tokens as number }),
    ...(input_modalities !== undefined && { inputModalities: input_modalities as string[] }),
    ...(output_modalities !== undefined && { outputModalities: output_modalities as string[] }),
    place,
  }
}
