import { mayAsk } from '../access/may-ask.ts'
import { RouterError } from '../base/errors.ts'
import type { Quantiles } from '../base/grid.ts'
import { didYouMean } from '../base/nearest.ts'
import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import type { WindowStats } from '../outcomes/types.ts'
import type { JsonObject, Price, RequestRecord } from '../plugins/api.ts'
import { type Catalogue, listedModel, listedModels, type RoutableModel, type Route } from '../routing/catalogue.ts'
import type { Engine } from '../routing/engine.ts'
import type { Reports } from '../server/report-routes.ts'
import { activityReport, creditsReport, keyReport } from './account.ts'
import { architecture } from './architecture.ts'
import { generationReport } from './generation-report.ts'
import { type ListedModel, listModels } from './list-models.ts'
import { pricing, pricingTiers } from './pricing.ts'
import { policyReport, providerReport } from './provider-report.ts'

export interface ReportParts {
  readonly engine: Engine
  readonly book: OutcomeBook
  readonly ready: () => boolean
  readonly startedAt: number
  readonly find: (id: string, signal: AbortSignal) => Promise<RequestRecord | undefined>
}

/**
 * The router about itself, in the shapes of OpenRouter's API; `models` also carries the fields of OpenAI's and
 * Anthropic's lists.
 */
export function createReports(parts: ReportParts): Reports {
  const { engine, book } = parts
  const created = Math.floor(parts.startedAt / 1000)
  const modelNamed = (name: string) => listedModel(engine.catalogue, name) ?? engine.catalogue.named(name)
  return {
    ready: parts.ready,
    models: (query) => {
      const tokens = weeklyTokens(book, engine.now())
      return listModels(
        listedModels(engine.catalogue).map((model) => toList(model, created, parts, tokens)),
        query,
      )
    },
    parameters: (name, provider) => {
      const model = modelNamed(name)
      if (!model) return undefined
      const routes = routesOf(model, engine.catalogue).filter(
        ({ endpoint }) => provider === undefined || endpoint.provider === provider,
      )
      return { model: model.name, supported_parameters: parametersOf(routes) }
    },
    key: (client) => keyReport(book.usage, client, engine.now()),
    credits: (client) => creditsReport(book.usage, client, engine.now()),
    activity: (client, date) => activityReport(book.usage, client, date, engine.now()),
    model: (name) => {
      const model = modelNamed(name)
      return model && modelReport(model, engine.catalogue, created)
    },
    endpoints: (name) => {
      const model = modelNamed(name)
      if (!model) return undefined
      const now = engine.now()
      return {
        id: model.name,
        name: model.name,
        created,
        description: model.description ?? '',
        architecture: { ...architecture(model), tokenizer: null, instruct_type: null },
        endpoints: model.routes.map((route) => endpointReport(route, model, engine, book, now)),
      }
    },
    generation: async (id, client, signal) => {
      const record = await parts.find(id, signal)
      return record && mayAsk(client, record) ? generationReport(record) : undefined
    },
    providers: () => [...engine.catalogue.providers.values()].map(providerReport),
    zdrEndpoints: () => {
      const now = engine.now()
      return listedModels(engine.catalogue).flatMap((model) =>
        model.routes
          .filter(({ endpoint }) => endpoint.dataPolicy?.zdr)
          .map((route) => endpointReport(route, model, engine, book, now)),
      )
    },
    notFound: (name) => {
      const near = didYouMean(
        name,
        listedModels(engine.catalogue).map((model) => model.name),
        3,
      )
      return new RouterError('ROUTER_MODEL_NOT_FOUND', { model: name.slice(0, 200), hint: near ? ` ${near}` : '' })
    },
  }
}

/** A selector is shown as having the endpoints of its models. */
const routesOf = (own: RoutableModel, { models }: Catalogue): readonly Route[] =>
  own.select?.from.flatMap((name) => models.get(name)?.routes ?? []) ?? own.routes

const parametersOf = (routes: readonly Route[]) => [
  ...new Set(routes.flatMap(({ endpoint }) => endpoint.parameters ?? [])),
]

function toList(
  own: RoutableModel,
  created: number,
  { engine, book }: ReportParts,
  tokens: () => ReadonlyMap<string, number>,
): ListedModel {
  const routes = routesOf(own, engine.catalogue)
  const medians = (of: 'ttftMs' | 'tokensPerSecond') =>
    routes.flatMap(({ endpoint }) => book.window(endpoint.id, undefined, 1800, engine.now())[of]?.p50 ?? [])
  const best = (values: readonly number[], of: (...values: number[]) => number) =>
    values.length > 0 ? of(...values) : undefined
  return {
    report: modelReport(own, engine.catalogue, created),
    providers: [...new Set(routes.map(({ endpoint }) => endpoint.provider))],
    latency: () => best(medians('ttftMs'), Math.min),
    throughput: () => best(medians('tokensPerSecond'), Math.max),
    tokens: () => tokens().get(own.name) ?? 0,
    zdr: routes.some(({ endpoint }) => endpoint.dataPolicy?.zdr === true),
    regions: routes.flatMap(({ endpoint }) => (endpoint.dataPolicy?.region ?? endpoint.region)?.toLowerCase() ?? []),
  }
}

/** Of each model, all clients' in the last seven days; read once, and only when it is asked for. */
function weeklyTokens({ usage }: OutcomeBook, now: number): () => ReadonlyMap<string, number> {
  let known: Map<string, number> | undefined
  return () => {
    if (known) return known
    known = new Map()
    const oldest = new Date(now - 7 * 86_400_000).toISOString().slice(0, 10)
    for (const { date, model, inputTokens, outputTokens } of usage.activity(undefined, now))
      if (date > oldest) known.set(model, (known.get(model) ?? 0) + inputTokens + outputTokens)
    return known
  }
}

function modelReport(own: RoutableModel, catalogue: Catalogue, started: number): JsonObject {
  const created = own.released === undefined ? started : Math.floor(Date.parse(own.released) / 1000) || started
  const routes = routesOf(own, catalogue)
  const model = { ...own, routes }
  const endpoints = model.routes.map((route) => route.endpoint)
  const first = endpoints[0]
  const price = cheapest(endpoints.map((endpoint) => endpoint.price))
  const contextLength = largest(endpoints.map((endpoint) => endpoint.contextLength))
  return {
    id: model.name,
    canonical_slug: model.name,
    name: model.title ?? model.name,
    object: 'model',
    type: 'model',
    display_name: model.title ?? model.name,
    created,
    created_at: new Date(created * 1000).toISOString(),
    owned_by: first?.provider ?? 'commonroute',
    description: model.description ?? '',
    context_length: contextLength,
    architecture: architecture(model),
    pricing: pricing(price),
    ...(price?.tiers && { pricing_tiers: pricingTiers(price) }),
    top_provider: {
      context_length: first?.contextLength ?? null,
      max_completion_tokens: first?.maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: parametersOf(routes),
    supported_voices: null,
    default_parameters: null,
    links: { details: `/api/v1/models/${model.name}/endpoints` },
  }
}

function endpointReport(
  route: Route,
  model: RoutableModel,
  engine: Engine,
  book: OutcomeBook,
  now: number,
): JsonObject {
  const { endpoint } = route
  const window = (seconds: 300 | 1800 | 86_400) => book.window(endpoint.id, undefined, seconds, now)
  const half = window(1800)
  const tools = endpoint.parameters?.includes('tool_choice') ?? false
  const region = endpoint.region ?? endpoint.dataPolicy?.region
  return {
    name: `${endpoint.provider} | ${endpoint.model}`,
    model_id: model.name,
    model_name: model.name,
    provider_name: endpoint.provider,
    tag: region === undefined ? endpoint.provider : `${endpoint.provider}/${region}`,
    endpoint_id: endpoint.id,
    quantization: endpoint.quantization ?? null,
    // 0 stands for "not known": clients of this shape expect a number.
    context_length: endpoint.contextLength ?? 0,
    max_prompt_tokens: null,
    max_completion_tokens: endpoint.maxOutputTokens ?? null,
    pricing: pricing(endpoint.price),
    ...(endpoint.price?.tiers && { pricing_tiers: pricingTiers(endpoint.price) }),
    supported_parameters: endpoint.parameters ?? [],
    supports_implicit_caching: endpoint.price?.cacheRead !== undefined,
    supports_tool_choice: { auto: tools, function: tools, none: tools, required: tools },
    status: STATUS[engine.state.health.state(endpoint.id, now)] ?? 0,
    uptime_last_5m: uptime(window(300)),
    uptime_last_30m: uptime(half),
    uptime_last_1d: uptime(window(86_400)),
    latency_last_30m: percentiles(half.ttftMs),
    throughput_last_30m: percentiles(half.tokensPerSecond),
    data_policy: policyReport(endpoint.dataPolicy),
    simulated: route.provider.adapter.simulated ?? false,
  }
}

/** OpenRouter's endpoint status: 0 is well, below is worse. */
const STATUS: Readonly<Record<string, number>> = { closed: 0, ramping: -1, 'half-open': -2, open: -5 }

const cheapest = (prices: readonly (Price | undefined)[]) =>
  prices.filter((price) => price !== undefined).sort((a, b) => a.prompt + a.completion - b.prompt - b.completion)[0]

function largest(numbers: readonly (number | undefined)[]): number | null {
  const known = numbers.filter((number) => number !== undefined)
  return known.length > 0 ? Math.max(...known) : null
}

const uptime = (stats: WindowStats) =>
  stats.successRate === undefined ? null : Math.round(stats.successRate * 100_000) / 1000

const percentiles = (quantiles: Quantiles | undefined) =>
  quantiles
    ? { p50: round(quantiles.p50), p75: round(quantiles.p75), p90: round(quantiles.p90), p99: round(quantiles.p99) }
    : null

const round = (value: number) => Math.round(value * 10) / 10
