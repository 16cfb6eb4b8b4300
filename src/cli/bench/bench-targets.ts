import { RouterError } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import type { Config } from '../../config/types.ts'
import { requireModel } from '../require-model.ts'
import type { ConfiguredEndpoint } from '../stats/stats-report.ts'

/**
 * The endpoints to measure, each once: those of the models named, those named themselves, or without any name all of
 * them.
 * @throws RouterError ROUTER_MODEL_NOT_FOUND, ROUTER_USAGE
 */
export function benchTargets(
  config: Config,
  configured: readonly ConfiguredEndpoint[],
  models: readonly string[],
  endpoints: readonly string[],
): ConfiguredEndpoint[] {
  for (const model of models) requireModel(config, model)
  const byId = new Map(configured.map((listed) => [listed.endpoint.id, listed]))
  for (const id of endpoints) {
    if (byId.has(id)) continue
    const hint = didYouMean(id, byId.keys(), 3) ?? `Configured: ${[...byId.keys()].join(', ')}.`
    throw new RouterError('ROUTER_USAGE', { reason: `No model has the endpoint "${id}". ${hint}` })
  }
  const all = models.length === 0 && endpoints.length === 0
  const chosen = new Set(
    configured.filter(({ model }) => all || models.includes(model)).map(({ endpoint }) => endpoint.id),
  )
  for (const id of endpoints) chosen.add(id)
  if (chosen.size === 0)
    throw new RouterError('ROUTER_USAGE', {
      reason: 'No model with an endpoint is configured, so there is nothing to measure.',
    })
  return [...byId.values()].filter(({ endpoint }) => chosen.has(endpoint.id))
}
