import type { Usage, Wire } from '../../plugins/api.ts'
import type { EncodedCall, ReadContext } from '../codec.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Call } from '../ports.ts'
import type { AttemptContext } from './context.ts'

/** What the codec reads an answer with. */
export class AnswerContext implements ReadContext {
  readonly contentType: string | undefined
  readonly renamed: ReadContext['renamed']
  readonly #context: AttemptContext
  readonly #planned: PlannedRoute
  readonly #encoded: EncodedCall

  constructor(context: AttemptContext, planned: PlannedRoute, encoded: EncodedCall, contentType: string | undefined) {
    const { names } = encoded
    this.#context = context
    this.#planned = planned
    this.#encoded = encoded
    this.contentType = contentType
    this.renamed = names && { names, request: encoded.json() }
  }

  get call(): Call {
    return this.#context.call
  }

  get wire(): Wire {
    return this.#encoded.wire
  }

  get provider(): string {
    const { account, id } = this.#planned.route.provider
    return account ?? id
  }

  get model(): string {
    return this.#planned.endpoint.model
  }

  get inputTokens(): number {
    return this.#context.inputTokens
  }

  cost(usage: Usage): number | undefined {
    const { route } = this.#planned
    // It is not this router that charges for it.
    if (route.provider.own) return 0
    const { core, spentUsd } = this.#context
    const cost = core.books.cost(route, usage)
    return cost === undefined ? undefined : cost + spentUsd
  }
}
