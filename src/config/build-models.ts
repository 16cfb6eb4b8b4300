import { buildPrice, buildTimeouts, pluginUse } from './build-parts.ts'
import type { Places } from './places.ts'
import { child } from './pointer.ts'
import type { EndpointConfig, ModelConfig, SelectConfig } from './types.ts'
import { fallbacksOf, isMapping, listAt, type Mapping, splitEndpoint } from './view.ts'

/** The models, without the endpoints of providers left out and without models that have no endpoint then. */
export function buildModels(root: Mapping, leftOut: ReadonlySet<string>, places: Places): Map<string, ModelConfig> {
  const models = new Map<string, ModelConfig>()
  for (const [name, model] of Object.entries(root.models as Record<string, Mapping>)) {
    const pointer = child('/models', name)
    const endpoints = listAt(model, 'endpoints')
      .map((entry, index) => buildEndpoint(entry, child(child(pointer, 'endpoints'), index), places))
      .filter((endpoint) => !leftOut.has(endpoint.provider))
    const select = model.select === undefined ? undefined : buildSelect(model.select as Mapping)
    if (endpoints.length === 0 && !select) continue
    models.set(name, {
      name,
      ...(model.description !== undefined && { description: model.description as string }),
      endpoints,
      ...(select && { select }),
      ...(model.strategy !== undefined && { strategy: pluginUse(model.strategy, child(pointer, 'strategy'), places) }),
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
  for (const [name, model] of models) {
    models.set(name, { ...model, fallbacks: model.fallbacks.filter((fallback) => models.has(fallback.model)) })
  }
  return models
}

function buildSelect({ from, min_quality, budget }: Mapping): SelectConfig {
  return {
    from: from as string[],
    minQuality: min_quality as number,
    ...(budget !== undefined && { budgetUsd: budget as number }),
  }
}

function buildEndpoint(entry: unknown, pointer: string, places: Places): EndpointConfig {
  const place = places.of(pointer)
  if (!isMapping(entry)) return { ...splitEndpoint(entry as string)!, weight: 1, place }
  const { context_length, max_output_tokens, input_modalities, output_modalities, price, timeouts, ...same } = entry
  return {
    ...(same as unknown as Pick<
      EndpointConfig,
      'provider' | 'model' | 'region' | 'weight' | 'limits' | 'parameters' | 'quantization'
    >),
    ...(price !== undefined && { price: buildPrice(price as Mapping) }),
    ...(timeouts !== undefined && { timeouts: buildTimeouts(timeouts as Mapping) }),
    ...(context_length !== undefined && { contextLength: context_length as number }),
    ...(max_output_tokens !== undefined && { maxOutputTokens: max_output_tokens as number }),
    ...(input_modalities !== undefined && { inputModalities: input_modalities as string[] }),
    ...(output_modalities !== undefined && { outputModalities: output_modalities as string[] }),
    place,
  }
}
