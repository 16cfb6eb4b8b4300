import type { App } from '../../app/router-app.ts'
import type { CellPrior } from '../../outcomes/beliefs/prior.ts'
import type { OutcomeBook } from '../../outcomes/cells/cells.ts'
import { conditionsOf, type Price, type PriceTier, RATE_NAMES, type Rates } from '../../plugins/api.ts'
import type { ListedModel, ModelEndpoint } from '../../terminal/views/models.ts'
import { type ConfiguredEndpoint, speedUnit } from '../stats/stats-report.ts'

const DAY = 86_400
/** Coarser cells of a map cover it too. */
const COMMONEST_CLASS = 'chat.lt1k.plain'

/**
 * Every configured model, and those that are known beside them, with their endpoints, and the last day's figures of
 * each.
 */
export function modelsReport(
  { catalogue, config, endpoints, book }: Pick<App, 'catalogue' | 'config' | 'endpoints' | 'book'>,
  now: number,
): ListedModel[] {
  const classes = new Map(book.endpoints().map((known) => [known.endpoint, known.classes]))
  const byModel = Map.groupBy(endpoints, ({ model }) => model)
  const configured = [...config.models.values()].map(({ name, description, strategy, fallbacks, select }) => ({
    name,
    ...(description !== undefined && { description }),
    strategy: (strategy ?? config.routing.strategy).plugin,
    fallbacks: fallbacks.map((fallback) => fallback.model),
    ...(select && {
      select: {
        from: select.from,
        min_quality: select.minQuality,
        ...(select.budgetUsd !== undefined && { budget: select.budgetUsd }),
      },
    }),
    endpoints: (byModel.get(name) ?? []).map((each) => ({
      ...listed(each, book, now),
      ...speedUnit(classes.get(each.endpoint.id)),
    })),
  }))
  const known = [...catalogue.known().values()].map(
    ({ name, title, released, strategy, routes }): ListedModel => ({
      name,
      known: true,
      ...(title !== undefined && { title }),
      ...(released !== undefined && { released }),
      strategy: strategy.name,
      fallbacks: [],
      endpoints: routes.map(({ endpoint }) => listed({ endpoint, model: name, simulated: false }, book, now)),
    }),
  )
  return [...configured, ...known]
}

function listed(
  { endpoint, simulated }: ConfiguredEndpoint,
  book: Pick<OutcomeBook, 'window'> & Partial<Pick<OutcomeBook, 'prior'>>,
  now: number,
): ModelEndpoint {
  const { price, contextLength, maxOutputTokens, inputModalities, outputModalities, weight, id } = endpoint
  const stats = book.window(id, undefined, DAY, now)
  return {
    endpoint: id,
    simulated,
    weight,
    ...(price && { price: ratesOf(price) }),
    ...(price?.tiers && { price_tiers: price.tiers.map(tierOf) }),
    ...(contextLength !== undefined && { context_length: contextLength }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(inputModalities && { input_modalities: inputModalities }),
    ...(outputModalities && { output_modalities: outputModalities }),
    requests: stats.requests,
    ...(stats.successRate !== undefined && { success_rate: stats.successRate }),
    ...(stats.ttftMs && { ttft_ms_p50: stats.ttftMs.p50 }),
    ...(stats.tokensPerSecond && { tokens_per_second_p50: stats.tokensPerSecond.p50 }),
    ...expected(book.prior?.find(id, COMMONEST_CLASS)),
  }
}

/** What a map, or `stats.prior`, says of an endpoint. */
function expected(prior: CellPrior | undefined): Pick<ModelEndpoint, 'expected'> {
  if (!prior) return {}
  const { ttft, total, speed, success } = prior
  return {
    expected: {
      ...(ttft && { ttft_ms: Math.exp(ttft.mean) }),
      ...(total && { total_ms: Math.exp(total.mean) }),
      ...(speed && { tokens_per_second: Math.exp(speed.mean) }),
      ...(success && { success_rate: success.a / (success.a + success.b) }),
    },
  }
}

/** Without tiers. */
const ratesOf = (price: Price): NonNullable<ModelEndpoint['price']> => ({
  prompt: price.prompt,
  completion: price.completion,
  ...named(price),
})

/** As it would stand in a file. */
const tierOf = (tier: PriceTier) => ({ ...conditionsOf(tier), ...named(tier) })

const named = (rates: Partial<Rates>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(RATE_NAMES)
      .map(([code, name]) => [name, rates[code as keyof Rates]] as const)
      .filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
