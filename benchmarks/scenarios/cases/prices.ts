import { HOUR, hourOfDay, type Scenario } from '../scenario.ts'

/** When a cached prompt is forgotten. Seconds. */
const CACHE_S = 300

export const PRICES: readonly Scenario[] = [
  {
    name: 'price ten times',
    what: 'The fast endpoint costs ten times as much as the others.',
    hours: 24,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 90, price: [4, 12] },
      'b/m': { ttft: 0.6, speed: 50, price: [0.4, 1.2] },
      'c/m': { ttft: 0.9, speed: 40, price: [0.35, 1] },
    },
  },
  {
    name: 'batch',
    what: 'Waiting is cheap: an hour is worth a cent.',
    hours: 24,
    valueOfTime: 0.01,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 90, price: [4, 12] },
      'b/m': { ttft: 0.8, speed: 50, price: [0.5, 1.5] },
      'c/m': { ttft: 3, speed: 25, price: [0.25, 0.7] },
    },
  },
  {
    name: 'price change at noon',
    what: 'From noon on the cheap endpoint charges five times its list price.',
    hours: 48,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.5, speed: 60, price: [0.4, 1.2], now: ({ t }) => (t > 12 * HOUR ? { paid: 5 } : undefined) },
      'b/m': { ttft: 0.5, speed: 60, price: [0.8, 2.4] },
      'c/m': { ttft: 0.7, speed: 60, price: [1, 3] },
    },
  },
  {
    name: 'a provider that caches',
    what: 'One endpoint keeps the shared prompt for five minutes: three times faster to start and at half the price, as its price list and its usage say.',
    hours: 24,
    traffic: { rate: 60, tokensIn: [6000, 0.3] },
    endpoints: {
      'a/m': { ttft: 1, speed: 60, price: [1, 3, 0.5] },
      'b/m': { ttft: 0.7, speed: 60, price: [0.9, 3] },
    },
    respond: () => {
      let last = Number.NEGATIVE_INFINITY
      return (_, endpoint, arrival, recorded, atS) => {
        if (endpoint !== 'a/m' || recorded.kind !== 'ok' || recorded.ttftS === undefined) return recorded
        const cached = atS - last < CACHE_S
        last = atS
        if (!cached) return recorded
        const saved = (2 / 3) * recorded.ttftS
        const cachedTokens = arrival.tokensIn
        return { ...recorded, ttftS: recorded.ttftS - saved, totalS: recorded.totalS - saved, cachedTokens }
      }
    },
  },
  {
    name: 'cheap at night',
    what: 'One endpoint charges a quarter from midnight to eight.',
    hours: 72,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.5, speed: 60, price: [2, 6], now: ({ t }) => (hourOfDay(t) < 8 ? { paid: 0.25 } : undefined) },
      'b/m': { ttft: 0.5, speed: 60, price: [1, 3] },
    },
  },
]
