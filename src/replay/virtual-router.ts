import { drawSeed } from '../base/random.ts'
import type { PriorSource } from '../outcomes/beliefs/prior.ts'
import { OutcomeBook } from '../outcomes/cells/cells.ts'
import { estimatePrice } from '../outcomes/estimates/cost.ts'
import { OutputEstimator } from '../outcomes/estimates/output-estimator.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { Endpoint, RoutingStrategy } from '../plugins/api.ts'
import type { Provider, RoutableModel } from '../routing/catalogue.ts'
import type { Ticket } from '../routing/health/endpoint-health.ts'
import { Health } from '../routing/health/health.ts'
import type { HealthChange } from '../routing/health/health-change.ts'
import { EndpointLimits } from '../routing/health/limits.ts'
import type { Ledger } from '../routing/plan/parts.ts'
import { type Plan, Planner } from '../routing/plan/planner.ts'
import type { Demand } from '../routing/ports.ts'
import { NO_PREFERENCES } from '../routing/resolve/preferences.ts'
import { recordedProvider } from './recorded-provider.ts'

export interface NamedStrategy {
  readonly name: string
  readonly instance: RoutingStrategy
}

export interface VirtualRequest {
  readonly class: string
  readonly stream: boolean
  /** Default false. */
  readonly structured?: boolean
  readonly inputTokens: number
  /** Known beforehand, as with `max_tokens`; undefined: what the model's answers were like until now. */
  readonly outputTokens?: number
}

interface Options {
  readonly random: () => number
  /** What others measured; asked at every decision, so that it may change. */
  readonly prior?: PriorSource | undefined
  readonly onHealth?: ((change: HealthChange) => void) | undefined
}

/**
 * A router on a virtual clock: the planner, health and outcome book of the real one, with attempts played from records
 * instead of sockets. Every `now` is in milliseconds and may not go back.
 */
export class VirtualRouter {
  readonly book = new OutcomeBook()
  readonly health: Health
  readonly #planner: Planner
  readonly #random: () => number
  readonly #output = new OutputEstimator()

  constructor({ random, prior, onHealth }: Options) {
    this.health = new Health(onHealth)
    this.#random = random
    this.book.prior = prior
    const { book } = this
    const ledger: Ledger = {
      get surprises() {
        return book.surprises
      },
      get shifts() {
        return book.shifts
      },
      get learned() {
        return book.learned
      },
      beliefs: (endpoint, workload, now, context) => this.book.beliefs(endpoint, workload, now, context),
      expectedOutput: (model, workload) => this.#output.expect(model, workload),
      price: (route, inputTokens, outputTokens, cachedTokens) =>
        estimatePrice(route.endpoint.price, inputTokens, outputTokens, cachedTokens),
    }
    this.#planner = new Planner({
      codec: NO_CODEC,
      health: this.health,
      countingHealth: this.health,
      limits: new EndpointLimits(),
      ledger,
      random,
    })
  }

  /** The endpoints to try, in order. */
  plan(model: RoutableModel, request: VirtualRequest, now: number): Plan {
    const { structured = false, outputTokens: maxOutputTokens } = request
    const demand = maxOutputTokens === undefined && !structured ? DEMAND : { ...DEMAND, structured, maxOutputTokens }
    return this.#planner.plan([{ model, preferences: NO_PREFERENCES }], {
      operation: 'chat',
      wire: 'openai-chat',
      stream: request.stream,
      demand,
      class: request.class,
      inputTokens: request.inputTokens,
      home: undefined,
      seed: drawSeed(this.#random),
      now,
    })
  }

  begin(endpoint: string, now: number): Ticket {
    return this.health.begin(endpoint, now)
  }

  /** Books an attempt at its end, as the engine does. */
  end(ticket: Ticket, outcome: Outcome, model: string): void {
    this.health.end(ticket, outcome.kind, outcome.at)
    this.learn(outcome, model)
  }

  /** Books what happened without this router's doing, such as measurements made before it. */
  learn(outcome: Outcome, model: string): void {
    this.book.record(outcome)
    const tokens = outcome.usage?.outputTokens
    if (outcome.kind === 'ok' && tokens !== undefined) this.#output.learn(model, outcome.class, tokens)
  }
}

/** A model whose endpoints answer from records. */
export function virtualModel(name: string, endpoints: readonly Endpoint[], strategy: NamedStrategy): RoutableModel {
  const providers = new Map<string, Provider>()
  const routes = endpoints.map((endpoint, position) => {
    const provider = providers.get(endpoint.provider) ?? {
      id: endpoint.provider,
      adapter: recordedProvider,
      secrets: [],
    }
    providers.set(endpoint.provider, provider)
    return { endpoint, provider, limits: {}, position }
  })
  return { name, routes, strategy, fallbacks: [] }
}

/** Every recorded endpoint speaks the client's wire. */
const NO_CODEC = { converts: () => false }

const DEMAND: Demand = { parameters: [], structured: false, images: false, textBytes: 0, maxOutputTokens: undefined }
