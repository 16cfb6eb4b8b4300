import { RouterError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Config } from '../config/types.ts'

/** Throws ROUTER_MODEL_NOT_FOUND with the nearest names for a model that is not configured. */
export function requireModel(config: Config, name: string): void {
  if (config.models.has(name)) return
  const models = [...config.models.keys()]
  const hint = didYouMean(name, models, 3) ?? `Configured: ${models.join(', ') || 'none'}.`
  throw new RouterError('ROUTER_MODEL_NOT_FOUND', { model: name, hint: ` ${hint}` })
}
