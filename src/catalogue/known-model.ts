import type { Capabilities, Price } from '../plugins/api.ts'

/** One model as one service offers it: what is published of it. */
export interface KnownModel extends Capabilities {
  /** The service's own name of the model, as it is sent upstream. */
  readonly id: string
  /** For people. */
  readonly title?: string
  /** The name that it has whoever serves it, as `anthropic/claude-sonnet-4.5`; absent where that is not known. */
  readonly canonical?: string
  /** Day of its release, `2026-03-05`. */
  readonly released?: string
  /** List price; absent where none is published. */
  readonly price?: Price
  /** The price is of an update and another than the one that the router came with. */
  readonly priceIsNewer?: true
}

/** A model of a service. */
export interface ServedModel {
  readonly service: string
  readonly model: KnownModel
}

/**
 * What is published of models and their prices, by service: the name of a preset, or of a provider plugin of one
 * service. A service is read from disk when it is first asked for, and kept. Nothing throws: what is not known is
 * undefined, or an empty list.
 */
export interface ModelCatalogue {
  /** Every model of a service. */
  modelsOf(service: string): readonly KnownModel[]
  /** By the service's own name of it, exactly, or else without the date of a snapshot, `-latest` and the like. */
  find(service: string, model: string): KnownModel | undefined
  /**
   * A model under any way to write its canonical name (`anthropic/claude-sonnet-4-5-20250929`, `claude-sonnet-4.5`),
   * at those of these services that have it; the best fitting name of each, in the order of `services`.
   */
  serve(name: string, services: Iterable<string>): readonly ServedModel[]
  /** The canonical name for any way to write it, among the models of these services. */
  canonical(name: string, services: Iterable<string>): string | undefined
}
