import { conditionsOf, type JsonObject, type Price, type PriceTier, RATE_NAMES, type Rates } from '../plugins/api.ts'

/** Rates by OpenRouter's names, where it has one; the rest by ours. Those of tokens are USD per token. */
const NAMES: Readonly<Partial<Record<keyof Rates, string>>> = {
  cacheRead: 'input_cache_read',
  cacheWrite: 'input_cache_write',
  cacheWrite1h: 'input_cache_write_1h',
  imagePrompt: 'image_token',
  imageCompletion: 'image_output',
  audioPrompt: 'audio',
  audioCompletion: 'audio_output',
}

const EACH: ReadonlySet<keyof Rates> = new Set(['request', 'image', 'second', 'page', 'search'])

/** OpenRouter's `pricing`: decimal strings; 0 where nothing is known. */
export const pricing = (price: Price | undefined): JsonObject => ({
  prompt: '0',
  completion: '0',
  request: '0',
  ...(price && ratesOf(price)),
})

/** What changes the price, and when: under the conditions of a tier these rates hold, or `factor` times the others. */
export const pricingTiers = (price: Price | undefined): JsonObject[] =>
  (price?.tiers ?? []).map((tier) => ({ ...whenOf(tier), ...ratesOf(tier) }))

/** By names that need no configuration beside them. */
const CONDITIONS: Readonly<Record<string, string>> = { above: 'above_input_tokens', hours: 'hours_utc' }

const whenOf = (tier: PriceTier): JsonObject =>
  Object.fromEntries(Object.entries(conditionsOf(tier)).map(([name, value]) => [CONDITIONS[name] ?? name, value]))

function ratesOf(rates: Partial<Rates>): JsonObject {
  const all: JsonObject = {}
  for (const [name, own] of Object.entries(RATE_NAMES) as [keyof Rates, string][]) {
    const rate = rates[name]
    if (rate !== undefined) all[NAMES[name] ?? own] = decimal(EACH.has(name) ? rate : rate / 1_000_000)
  }
  return all
}

/** A plain decimal string, never with an exponent. */
const decimal = (value: number) => (value === 0 ? '0' : value.toFixed(15).replace(/0+$/, '').replace(/\.$/, ''))
