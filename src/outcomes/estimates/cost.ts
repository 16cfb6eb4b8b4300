import { type Price, type PriceTier, RATE_NAMES, type Rates, type Usage } from '../../plugins/api.ts'

const TOKENS_PER_PRICE = 1_000_000

/**
 * What a call cost, in USD: what the upstream says itself, else by the list price; undefined when neither is known.
 * `usage.inputTokens` is all input, cache reads and writes included. Reasoning tokens are part of the output tokens.
 * Images, seconds, characters, pages and searches cost what stands for them in the price, and what does not stand there
 * costs nothing beside its tokens; but where there are no tokens either, nobody knows. `now`: Unix ms, for rates that
 * depend on the time; default: the clock's.
 */
export function costOf(price: Price | undefined, usage: Usage, now?: number): number | undefined {
  if (usage.costUsd !== undefined) return usage.costUsd
  if (!price) return undefined
  const rates = ratesFor(price, usage, now)
  const pieces = isCounted(usage) ? piecesOf(rates, usage) : undefined
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) {
    if (!pieces && !hasNoPrice(rates)) return undefined
    return (pieces ?? 0) + (rates.request ?? 0)
  }
  return tokensOf(rates, usage) / TOKENS_PER_PRICE + (pieces ?? 0) + (rates.request ?? 0)
}

/** USD per million. */
function tokensOf(rates: Rates, usage: Usage): number {
  const reads = usage.cacheReadTokens ?? 0
  const writes = usage.cacheWriteTokens ?? 0
  const hourWrites = Math.min(writes, usage.cacheWrite1hTokens ?? 0)
  // Some upstreams report cache reads and no total; input is never less than its parts.
  const plain = Math.max(0, (usage.inputTokens ?? 0) - reads - writes)
  const tokens =
    plain * rates.prompt +
    reads * (rates.cacheRead ?? rates.prompt) +
    (writes - hourWrites) * (rates.cacheWrite ?? rates.prompt) +
    hourWrites * (rates.cacheWrite1h ?? 2 * rates.prompt) +
    (usage.outputTokens ?? 0) * rates.completion
  return tokens + mediaTokens(rates, usage, plain)
}

/** What tokens of images and audio cost beyond others. Of the input only what came from no cache: `plain` at most. */
function mediaTokens(rates: Rates, usage: Usage, plain: number): number {
  const { imageInputTokens = 0, audioInputTokens = 0, imageOutputTokens = 0, audioOutputTokens = 0 } = usage
  if (imageInputTokens + audioInputTokens + imageOutputTokens + audioOutputTokens === 0) return 0
  const images = Math.min(plain, imageInputTokens)
  const audio = Math.min(plain - images, audioInputTokens)
  return (
    images * ((rates.imagePrompt ?? rates.prompt) - rates.prompt) +
    audio * ((rates.audioPrompt ?? rates.prompt) - rates.prompt) +
    imageOutputTokens * ((rates.imageCompletion ?? rates.completion) - rates.completion) +
    audioOutputTokens * ((rates.audioCompletion ?? rates.completion) - rates.completion)
  )
}

const isCounted = ({ images, seconds, characters, pages, searches }: Usage) =>
  images !== undefined ||
  seconds !== undefined ||
  characters !== undefined ||
  pages !== undefined ||
  searches !== undefined

/** USD. */
const piecesOf = (rates: Rates, { images, seconds, characters, pages, searches }: Usage): number =>
  (images ?? 0) * (rates.image ?? 0) +
  (isPaidByCharacter(rates, characters) ? 0 : (seconds ?? 0) * (rates.second ?? 0)) +
  ((characters ?? 0) * (rates.character ?? 0)) / TOKENS_PER_PRICE +
  (pages ?? 0) * (rates.page ?? 0) +
  (searches ?? 0) * (rates.search ?? 0)

/** Speech has both, where a price for all of a provider's models has seconds for what it hears; it is paid once. */
const isPaidByCharacter = (rates: Rates, characters: number | undefined): boolean =>
  characters !== undefined && (rates.character ?? 0) > 0

/**
 * Neither tokens nor pieces cost anything: one's own server, whatever it makes; at the most a request has its price.
 */
const hasNoPrice = ({ request: _, ...rates }: Rates): boolean =>
  Object.values(rates).every((rate) => typeof rate !== 'number' || rate === 0)

/**
 * What a request will cost by the list price, in USD, with `cachedTokens` of its input read from a cache (default
 * none), served as it asks to be; undefined when no price is known. `work`: what it asks for beside tokens.
 */
export function estimatePrice(
  price: Price | undefined,
  inputTokens: number,
  outputTokens: number,
  cachedTokens = 0,
  serviceTier?: string,
  work?: Usage,
): number | undefined {
  const usage: Usage =
    serviceTier === undefined
      ? { inputTokens, outputTokens, cacheReadTokens: cachedTokens }
      : { inputTokens, outputTokens, cacheReadTokens: cachedTokens, serviceTier }
  return costOf(price, work ? { ...usage, ...work } : usage)
}

/**
 * In place of a list price that is not known: what an endpoint takes, as it says itself, is learned as a multiple of
 * it.
 */
const UNLISTED: Price = { prompt: 3, completion: 15, cacheRead: 0.3 }

/**
 * What a request would cost at an endpoint without a list price, but for the ratio that is learned from what it says
 * that it took.
 */
export const unlistedPrice = (inputTokens: number, outputTokens: number, cachedTokens: number): number =>
  estimatePrice(UNLISTED, inputTokens, outputTokens, cachedTokens)!

/** The rates of one call. The price itself when no tier applies, which is the rule. */
function ratesFor(price: Price, usage: Usage, now: number | undefined): Rates {
  let rates: Rates = price
  if (price.tiers === undefined) return rates
  for (const tier of price.tiers) if (applies(tier, usage, now)) rates = changed(rates, tier)
  return rates
}

const applies = (tier: PriceTier, usage: Usage, now: number | undefined) =>
  (tier.aboveInputTokens === undefined || (usage.inputTokens ?? 0) > tier.aboveInputTokens) &&
  (tier.serviceTier === undefined || tier.serviceTier === usage.serviceTier) &&
  (tier.imageSize === undefined || tier.imageSize === usage.imageSize) &&
  (tier.quality === undefined || tier.quality === usage.quality) &&
  (tier.from === undefined || tier.from <= (now ?? Date.now())) &&
  (tier.hours === undefined || isWithin(tier.hours, now ?? Date.now()))

const DAY_MINUTES = 24 * 60

/** Whether a moment lies within `01:00-04:00` UTC; `22:00-06:00` spans midnight. */
function isWithin(hours: string, now: number): boolean {
  const minute = Math.floor(now / 60_000) % DAY_MINUTES
  const from = minuteOf(hours, 0)
  const to = minuteOf(hours, 6)
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to
}

const minuteOf = (hours: string, at: number) =>
  60 * Number(hours.slice(at, at + 2)) + Number(hours.slice(at + 3, at + 5))

const NAMES = Object.keys(RATE_NAMES) as (keyof Rates)[]

function changed(rates: Rates, tier: PriceTier): Rates {
  const { factor = 1 } = tier
  const made: { -readonly [Name in keyof Rates]: Rates[Name] } = { prompt: 0, completion: 0 }
  for (const name of NAMES) {
    const rate = tier[name] ?? rates[name]
    if (rate !== undefined) made[name] = factor * rate
  }
  return made
}
