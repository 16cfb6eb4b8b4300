import type { Usage, Wire } from '../../plugins/api.ts'
import type { EncodedCall, ReadContext } from '../codec.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Call } from '../ports.ts'
import type { AttemptContext } from './context.ts'

/** What the codec reads an answer with. */
export class AnswerContext implements ReadContext {
  readonly call: Call
  readonly wire: Wire
  readonly provider: string
  readonly model: string
  readonly inputTokens: number
  readonly contentType: string | undefined
  readonly renamed: ReadContext['renamed']
  readonly #context: AttemptContext
  readonly #planned: PlannedRoute

  constructor(
    context: AttemptContext,
    planned: PlannedRoute,
    { wire, names, json }: EncodedCall,
    contentType: string | undefined,
  ) {
    this.#context = context
    this.#planned = planned
    this.call = context.call
    this.wire = wire
    const { account, id } = planned.route.provider
    this.provider = account ?? id
    this.model = planned.endpoint.model
    this.inputTokens = context.inputTokens
    this.contentType = contentType
    this.renamed = names && { names, request: json() }
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
