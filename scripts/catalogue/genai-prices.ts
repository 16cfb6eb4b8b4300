import { calcPrice, findProvider, type ModelInfo, type ModelPrice, type TieredPrices } from '@pydantic/genai-prices'
import type { Row } from '../../src/catalogue/row.ts'
import type { Price, PriceTier, Rates } from '../../src/plugins/api.ts'

/** Our services by their names there. */
export const GENAI_IDS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  azure: 'azure',
  baseten: 'baseten',
  bedrock: 'aws',
  cerebras: 'cerebras',
  cohere: 'cohere',
  deepseek: 'deepseek',
  fireworks: 'fireworks',
  gemini: 'google',
  groq: 'groq',
  minimax: 'minimax',
  mistral: 'mistral',
  moonshot: 'moonshotai',
  novita: 'novita',
  openai: 'openai',
  openrouter: 'openrouter',
  ovhcloud: 'ovhcloud',
  perplexity: 'perplexity',
  together: 'together',
  vertex: 'google',
  xai: 'x-ai',
  zai: 'zhipuai',
}

/** Their names of rates, ours, and how many of theirs are one of ours. */
const RATES: Readonly<Record<string, readonly [name: keyof Rates, per: number]>> = {
  input_mtok: ['prompt', 1],
  output_mtok: ['completion', 1],
  cache_read_mtok: ['cacheRead', 1],
  cache_write_mtok: ['cacheWrite', 1],
  cache_write_1h_mtok: ['cacheWrite1h', 1],
  input_audio_mtok: ['audioPrompt', 1],
  output_audio_mtok: ['audioCompletion', 1],
  input_image_mtok: ['imagePrompt', 1],
  output_image_mtok: ['imageCompletion', 1],
  requests_kcount: ['request', 1000],
  input_document_kpages: ['page', 1000],
  input_audio_hours: ['second', 3600],
  audio_hours: ['second', 3600],
}

/** The price of a row, where that source has one. `now` in Unix ms: rates that are over are left out. */
export function priceIn(service: string, { id, price: before }: Row, now: number): { readonly price?: Price } {
  const providerId = GENAI_IDS[service]
  if (providerId === undefined || id.includes(':free')) return {}
  const found = calcPrice({}, id, { providerId })
  // Of another provider's model of that name it says nothing here.
  if (found?.provider.id !== providerId) return {}
  const price = priceOf(found.model, now)
  if (!price) return {}
  // Only models.dev knows the tiers of service.
  const tiers = [...(price.tiers ?? []), ...(before?.tiers?.filter(({ serviceTier }) => serviceTier) ?? [])]
  return { price: { ...price, ...(tiers.length > 0 && { tiers }) } }
}

/** All that it has of a service, with what else it says of them. */
export function modelsWithPrices(service: string, now: number): Row[] {
  const models = findProvider({ providerId: GENAI_IDS[service]! })?.models ?? []
  return models.flatMap((model) => {
    const { id, name, context_window, deprecated } = model
    const price = priceOf(model, now)
    if (deprecated || !price) return []
    return [{ id, ...(name && { title: name }), ...(context_window && { context: context_window }), price }]
  })
}

/**
 * The last one that holds counts there; here a tier that holds replaces what stood before, so each is a tier after
 * the ones before it.
 */
function priceOf({ prices }: Pick<ModelInfo, 'prices'>, now: number): Price | undefined {
  const all = Array.isArray(prices) ? prices : [{ prices }]
  const holds = ({ constraint }: (typeof all)[number]) =>
    constraint === undefined || (constraint.type === 'start_date' && Date.parse(constraint.start_date) <= now)
  const first = all.findLastIndex(holds)
  const base = all[first]
  if (!base) return undefined
  const tiers = bySize(base.prices)
  for (const { constraint, prices: later } of all.slice(first + 1)) {
    const when = conditionOf(constraint)
    if (!when) continue
    tiers.push({ ...when, ...ratesAt(later, 0) }, ...bySize(later).map((tier) => ({ ...when, ...tier })))
  }
  const rates = ratesAt(base.prices, 0)
  if (Object.keys(rates).length === 0) return undefined
  return { prompt: 0, completion: 0, ...rates, ...(tiers.length > 0 && { tiers }) }
}

type Constraint = Extract<ModelInfo['prices'], unknown[]>[number]['constraint']

function conditionOf(constraint: Constraint): Partial<PriceTier> | undefined {
  if (constraint?.type === 'start_date') return { from: Date.parse(constraint.start_date) }
  if (constraint?.type === 'time_of_date')
    return { hours: `${constraint.start_time.slice(0, 5)}-${constraint.end_time.slice(0, 5)}` }
  return undefined
}

/** From how many tokens of input other rates hold. */
function bySize(prices: ModelPrice): PriceTier[] {
  const starts = new Set(
    Object.values(prices).flatMap((rate) => (isTiered(rate) ? rate.tiers.map(({ start }) => start) : [])),
  )
  return [...starts].sort((a, b) => a - b).map((start) => ({ aboveInputTokens: start, ...ratesAt(prices, start + 1) }))
}

const isTiered = (rate: number | TieredPrices | undefined): rate is TieredPrices => typeof rate === 'object'

/** Rates for so many tokens of input; above 0 those only that depend on it. */
function ratesAt(prices: ModelPrice, tokens: number): Partial<Rates> {
  const rates: { -readonly [Name in keyof Rates]?: number } = {}
  for (const [key, rate] of Object.entries(prices)) {
    const named = RATES[key]
    if (!named || rate === undefined || (tokens > 0 && !isTiered(rate))) continue
    const value = isTiered(rate) ? (rate.tiers.findLast(({ start }) => tokens > start)?.price ?? rate.base) : rate
    // Divided to at most twelve digits.
    rates[named[0]] = Number((value / named[1]).toPrecision(12))
  }
  return rates
}
