import type { App } from '../../app/router-app.ts'
import { commonUnit } from '../../base/work-units.ts'
import type { OutcomeBook } from '../../outcomes/cells/cells.ts'
import { type Price, RATE_NAMES, type Rates } from '../../plugins/api.ts'
import type { ListedModel, ModelEndpoint } from '../../terminal/views/models.ts'
import type { ConfiguredEndpoint } from '../stats/stats-report.ts'

const DAY = 86_400

/** Every configured model with its endpoints, and the last day's figures of each. */
export function modelsReport(
  { config, endpoints, book }: Pick<App, 'config' | 'endpoints' | 'book'>,
  now: number,
): ListedModel[] {
  const classes = new Map(book.endpoints().map((known) => [known.endpoint, known.classes]))
  const byModel = Map.groupBy(endpoints, ({ model }) => model)
  return [...config.models.values()].map(({ name, description, strategy, fallbacks, select }) => ({
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
      ...unitOf(classes.get(each.endpoint.id)),
    })),
  }))
}

function listed(
  { endpoint, simulated }: ConfiguredEndpoint,
  book: Pick<OutcomeBook, 'window'>,
  now: number,
): ModelEndpoint {
  const { price, contextLength, weight, id } = endpoint
  const stats = book.window(id, undefined, DAY, now)
  return {
    endpoint: id,
    simulated,
    weight,
    ...(price && { price: ratesOf(price) }),
    ...(contextLength !== undefined && { context_length: contextLength }),
    requests: stats.requests,
    ...(stats.successRate !== undefined && { success_rate: stats.successRate }),
    ...(stats.ttftMs && { ttft_ms_p50: stats.ttftMs.p50 }),
    ...(stats.tokensPerSecond && { tokens_per_second_p50: stats.tokensPerSecond.p50 }),
  }
}

/** What its speed counts, where that is not tokens. */
function unitOf(classes: readonly string[] = []): Pick<ModelEndpoint, 'speed_unit'> {
  const unit = commonUnit(classes)
  return unit ? { speed_unit: unit.name } : {}
}

/** Without tiers. */
const ratesOf = (price: Price): NonNullable<ModelEndpoint['price']> => ({
  prompt: price.prompt,
  completion: price.completion,
  ...Object.fromEntries(
    Object.entries(RATE_NAMES)
      .map(([code, name]) => [name, price[code as keyof Rates]] as const)
      .filter(([, rate]) => rate !== undefined),
  ),
})
