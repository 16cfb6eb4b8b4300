import type { Capabilities, Price } from 'commonroute/plugin'

/** One upstream model as its provider documents it. */
export interface ModelFacts extends Capabilities {
  readonly price?: Price
}

/**
 * The facts of a model: by its exact name, or by the name without the date of a snapshot (`-2024-08-06`, `-20250929`)
 * or `-latest`. Undefined for names that are not in the table: fine-tunes and new models.
 */
export const findModel = (table: ReadonlyMap<string, ModelFacts>, model: string): ModelFacts | undefined =>
  table.get(model) ?? table.get(model.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, ''))

/** The facts without the price. */
export function capabilitiesOf(facts: ModelFacts | undefined): Capabilities {
  if (!facts) return {}
  const { price: _, ...capabilities } = facts
  return capabilities
}
