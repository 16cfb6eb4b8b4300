import { count, NONE, percent, price, speed, speedColumn, time, usd } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import { unitNamed } from '../../base/work-units.ts'
import type { UpstreamModels } from '../../routing/upstream/upstream-models.ts'
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
  /** No configuration names it: it is known of the configured providers. */
  readonly known?: true
  readonly title?: string
  readonly released?: string
}

/** Prices in USD per million tokens or characters, or each (`request`, `image`, ...); figures of the last day. */
export interface ModelEndpoint {
  readonly endpoint: string
  readonly simulated: boolean
  readonly weight: number
  readonly price?: { readonly prompt: number; readonly completion: number } & Readonly<Record<string, number>>
  readonly price_tiers?: readonly object[]
  readonly context_length?: number
  readonly max_output_tokens?: number
  readonly input_modalities?: readonly string[]
  readonly output_modalities?: readonly string[]
  readonly requests: number
  readonly success_rate?: number
  readonly ttft_ms_p50?: number
  readonly tokens_per_second_p50?: number
  /** What the speed counts, where it is not tokens: `images`, `characters`, `seconds`, `documents`. */
  readonly speed_unit?: string
  /** By the map, or by `stats.prior`: what others measured. */
  readonly expected?: {
    readonly ttft_ms?: number
    readonly total_ms?: number
    readonly tokens_per_second?: number
    readonly success_rate?: number
  }
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
export function modelsView(all: readonly ListedModel[], screen: Screen): string {
  const models = all.filter(({ known }) => !known)
  const known = all.filter((model) => model.known)
  const parts = [
    ...(models.length > 0 || known.length === 0 ? [configuredView(models, screen)] : []),
    ...(known.length > 0 ? [knownView(known, screen)] : []),
  ]
  return parts.join('\n\n')
}

const KNOWN_COLUMNS = [
  { title: '  model', shrink: true },
  ...['endpoints', 'in $/M', 'out $/M', 'cached $/M', 'context'].map(right),
  { title: 'reads' },
  { title: 'makes' },
]

/** One a line: of the endpoint that is cheapest. */
function knownView(models: readonly ListedModel[], screen: Screen): string {
  const { bold, dim } = screen.palette
  const rows = models.map(({ name, endpoints }) => {
    const [cheapest = endpoints[0]!] = endpoints
      .filter((endpoint) => endpoint.price)
      .sort((a, b) => a.price!.prompt + a.price!.completion - b.price!.prompt - b.price!.completion)
    const { price: own, price_tiers: tiers = [] } = cheapest
    return [
      `  ${printable(name)}`,
      String(endpoints.length),
      price(own?.prompt) + (tiers.length > 0 ? '*' : ''),
      price(own?.completion),
      price(own?.cache_read),
      count(cheapest.context_length),
      (cheapest.input_modalities ?? []).join('+'),
      (cheapest.output_modalities ?? []).join('+'),
    ]
  })
  const heading = `${bold('Known of the providers')}  ${dim(`${plural(models.length, 'model')}; * other rates for long prompts, tiers of service or times: --json`)}`
  return `${heading}\n${table(KNOWN_COLUMNS, rows, screen)}`
}

function configuredView(models: readonly ListedModel[], screen: Screen): string {
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
        ...figuresOf(endpoint, speeds.units[at]),
      ])
      const others = model.endpoints.some(isExpected)
        ? `\n  ${dim('~ by the map or stats.prior: measured by others')}`
        : ''
      const heading = (how: string) => `${bold(printable(model.name))}  ${dim(`${how}${fallbacks}`)}${description}`
      return model.select
        ? heading(selection(model.select))
        : `${heading(model.strategy)}\n${table(columnsWith(pieces, speeds.title), rows, screen)}${others}`
    })
    .join('\n\n')
}

const isExpected = ({ requests, expected }: ModelEndpoint): boolean => requests === 0 && expected !== undefined

/** Success, time to the first token and speed: measured here; before the first request by others, with a `~`. */
function figuresOf(endpoint: ModelEndpoint, unit: Parameters<typeof speed>[1]): string[] {
  if (!isExpected(endpoint)) {
    const { success_rate, ttft_ms_p50, tokens_per_second_p50 } = endpoint
    return [percent(success_rate), time(ttft_ms_p50), speed(tokens_per_second_p50, unit)]
  }
  const { success_rate, ttft_ms, tokens_per_second } = endpoint.expected!
  const texts = [percent(success_rate), time(ttft_ms), speed(tokens_per_second, unit)]
  return texts.map((text) => (text === NONE ? text : `~${text}`))
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
