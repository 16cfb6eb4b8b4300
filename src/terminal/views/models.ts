import { count, NONE, percent, price, speed, speedColumn, time, usd } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import { unitNamed } from '../../base/work-units.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

export interface ListedModel {
  readonly name: string
  readonly description?: string
  readonly strategy: string
  readonly fallbacks: readonly string[]
  /** Of a selector: the models that it chooses among. It has no endpoints of its own. */
  readonly select?: { readonly from: readonly string[]; readonly min_quality: number; readonly budget?: number }
  readonly endpoints: readonly ModelEndpoint[]
}

/** Prices in USD per million tokens or characters, or each (`request`, `image`, ...); figures of the last day. */
export interface ModelEndpoint {
  readonly endpoint: string
  readonly simulated: boolean
  readonly weight: number
  readonly price?: { readonly prompt: number; readonly completion: number } & Readonly<Record<string, number>>
  readonly context_length?: number
  readonly requests: number
  readonly success_rate?: number
  readonly ttft_ms_p50?: number
  readonly tokens_per_second_p50?: number
  /** What the speed counts, where it is not tokens: `images`, `characters`, `seconds`, `documents`. */
  readonly speed_unit?: string
}

/** What one provider offers, or why it could not be asked. */
export interface UpstreamModels {
  readonly provider: string
  readonly models?: readonly string[]
  readonly error?: string
}

const right = (title: string) => ({ title, align: 'right' }) as const
const columnsWith = (pieces: boolean, speedTitle: string) => [
  { title: '  endpoint', shrink: true },
  ...['weight', 'in $/M', 'out $/M'].map(right),
  ...(pieces ? [{ title: 'each' }] : []),
  ...['context', 'requests', 'success', 'TTFT p50', speedTitle].map(right),
]

/** What is paid by the piece, and what stands behind it. */
const PIECES = { image: '/image', second: '/s', character: '/M chars', page: '/page', search: '/search' } as const

const piecePrices = ({ price: own = NO_PRICE }: ModelEndpoint): string =>
  Object.entries(PIECES)
    .filter(([name]) => own[name] !== undefined)
    .map(([name, unit]) => `${usd(own[name])}${unit}`)
    .join(', ')

const NO_PRICE: NonNullable<ModelEndpoint['price']> = { prompt: 0, completion: 0 }

/** Of one that is paid by the piece alone there are none. */
function tokenPrices(endpoint: ModelEndpoint): readonly string[] {
  const { prompt, completion } = endpoint.price ?? {}
  const byPiece = prompt === 0 && completion === 0 && piecePrices(endpoint) !== ''
  return byPiece ? [NONE, NONE] : [price(prompt), price(completion)]
}

/** A heading and a table for each model. */
export function modelsView(models: readonly ListedModel[], screen: Screen): string {
  if (models.length === 0)
    return 'No model is configured. A client can still ask for provider/upstream-model of a configured provider.'
  const { bold, dim } = screen.palette
  return models
    .map((model) => {
      const fallbacks = model.fallbacks.length > 0 ? `, then ${model.fallbacks.join(', ')}` : ''
      const description = model.description === undefined ? '' : `\n  ${printable(model.description)}`
      const pieces = model.endpoints.some((endpoint) => piecePrices(endpoint) !== '')
      const speeds = speedColumn(model.endpoints.map((endpoint) => unitNamed(endpoint.speed_unit)))
      const rows = model.endpoints.map((endpoint, at) => [
        `  ${printable(endpoint.endpoint)}${endpoint.simulated ? ' (simulated)' : ''}`,
        String(endpoint.weight),
        ...tokenPrices(endpoint),
        ...(pieces ? [piecePrices(endpoint)] : []),
        count(endpoint.context_length),
        count(endpoint.requests),
        percent(endpoint.success_rate),
        time(endpoint.ttft_ms_p50),
        speed(endpoint.tokens_per_second_p50, speeds.units[at]),
      ])
      const heading = (how: string) => `${bold(printable(model.name))}  ${dim(`${how}${fallbacks}`)}${description}`
      return model.select
        ? heading(selection(model.select))
        : `${heading(model.strategy)}\n${table(columnsWith(pieces, speeds.title), rows, screen)}`
    })
    .join('\n\n')
}

function selection({ from, min_quality: quality, budget }: NonNullable<ListedModel['select']>): string {
  const money = budget === undefined ? '' : `, at $${budget} a request`
  return `the cheapest of ${from.map(printable).join(', ')} with ${percent(quality)} of the best one's quality${money}`
}

/** The models of each provider, one a line so that they can be searched. */
export function upstreamView(providers: readonly UpstreamModels[], screen: Screen): string {
  if (providers.length === 0) return 'No provider is configured.'
  const { bold, red, dim } = screen.palette
  return providers
    .map(({ provider, models, error }) => {
      if (models === undefined) return `${bold(provider)}  ${red(printable(error ?? 'no answer'))}`
      return [
        `${bold(provider)}  ${dim(plural(models.length, 'model'))}`,
        ...models.map((id) => `  ${printable(id)}`),
      ].join('\n')
    })
    .join('\n\n')
}
