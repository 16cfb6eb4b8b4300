import { hourOfDay, type Scenario } from '../scenario.ts'

/** A serverless endpoint that sleeps after this many seconds without a request. */
const IDLE_S = 300
const COLD_S = 15

const serverless: Scenario['respond'] = () => {
  let last = Number.NEGATIVE_INFINITY
  return (_site, endpoint, _arrival, recorded, atS) => {
    if (endpoint !== 'a/m') return recorded
    const cold = atS - last > IDLE_S
    last = atS
    if (!cold || recorded.ttftS === undefined) return recorded
    return { ...recorded, ttftS: recorded.ttftS + COLD_S, totalS: recorded.totalS + COLD_S }
  }
}

export const SLOWNESS: readonly Scenario[] = [
  {
    name: 'slow in office hours',
    what: 'The best endpoint is five times slower from nine to five, asked every two minutes.',
    hours: 96,
    traffic: { rate: 30 },
    endpoints: {
      'a/m': {
        ttft: 0.3,
        speed: 70,
        now: ({ t }) => (hourOfDay(t) >= 9 && hourOfDay(t) < 17 ? { ttft: 1.5, speed: 14 } : undefined),
      },
      'b/m': { ttft: 0.8, speed: 45 },
      'c/m': { ttft: 1.2, speed: 40 },
    },
  },
  {
    name: 'long prompts slow, at a class bound',
    what: 'One endpoint is slow from 8,000 tokens of input on.',
    hours: 24,
    traffic: { rate: 60, tokensIn: [4000, 1.2] },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 70, now: ({ tokensIn }) => (tokensIn >= 8000 ? { ttft: 6 } : undefined) },
      'b/m': { ttft: 0.9, speed: 60 },
    },
  },
  {
    name: 'long prompts slow, inside a class',
    what: 'One endpoint is slow from 4,000 tokens of input on.',
    hours: 24,
    traffic: { rate: 60, tokensIn: [3500, 0.7] },
    endpoints: {
      'a/m': { ttft: 0.3, speed: 70, now: ({ tokensIn }) => (tokensIn >= 4000 ? { ttft: 5 } : undefined) },
      'b/m': { ttft: 1.1, speed: 60 },
    },
  },
  {
    name: 'long-context spill',
    what: 'A few prompts are longer than 32,000 tokens; the usual endpoint takes six times as long for them.',
    hours: 24,
    traffic: { rate: 60, tokensIn: [3000, 1.5] },
    endpoints: {
      'a/m': { ttft: 0.4, speed: 70, now: ({ tokensIn }) => (tokensIn >= 32_000 ? { ttft: 12 } : undefined) },
      'b/m': { ttft: 0.9, speed: 60, now: ({ tokensIn }) => (tokensIn >= 32_000 ? { ttft: 2 } : undefined) },
    },
  },
  {
    name: 'serverless, thin',
    what: 'The fastest endpoint sleeps after five minutes and takes 15 s to wake, asked every three minutes.',
    hours: 48,
    traffic: { rate: 20 },
    endpoints: { 'a/m': { ttft: 0.25, speed: 70 }, 'b/m': { ttft: 1.8, speed: 60 } },
    respond: serverless,
  },
  {
    name: 'serverless, by day',
    what: 'The same, asked every minute from eight to eight.',
    hours: 48,
    traffic: {
      *times(chance, hours) {
        for (let t = chance.wait(60); t < hours * 3600; t += chance.wait(60))
          if (hourOfDay(t) >= 8 && hourOfDay(t) < 20) yield t
      },
    },
    endpoints: { 'a/m': { ttft: 0.25, speed: 70 }, 'b/m': { ttft: 1.8, speed: 60 } },
    respond: serverless,
  },
  {
    name: 'burst after idle',
    what: 'Every half hour thirty requests in twenty seconds; one endpoint needs half a minute to scale up.',
    hours: 24,
    traffic: {
      *times(chance, hours) {
        for (let t = 1800; t < hours * 3600; t += 1800)
          for (let at = 0; at < 30; at++) yield t + (20 * (at + chance.next())) / 30
      },
    },
    endpoints: { 'a/m': { ttft: 0.3, speed: 80 }, 'b/m': { ttft: 0.7, speed: 60 } },
    respond: () => {
      let awake = Number.NEGATIVE_INFINITY
      let last = Number.NEGATIVE_INFINITY
      return (_site, endpoint, _arrival, recorded, atS) => {
        if (endpoint !== 'a/m' || recorded.ttftS === undefined) return recorded
        if (atS - last > IDLE_S) awake = atS + 30
        last = atS
        const slow = atS < awake ? 6 : 0
        return { ...recorded, ttftS: recorded.ttftS + slow, totalS: recorded.totalS + slow }
      }
    },
  },
  {
    name: 'slow first chunk, fast rest',
    what: 'One endpoint begins late and writes fast, the other the reverse.',
    hours: 24,
    traffic: { rate: 60, tokensOut: [400, 1] },
    endpoints: { 'a/m': { ttft: 2.5, speed: 300 }, 'b/m': { ttft: 0.3, speed: 45 }, 'c/m': { ttft: 0.6, speed: 40 } },
  },
  {
    name: 'fake streaming',
    what: 'One endpoint sends its streams in one piece.',
    hours: 24,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 1.5, speed: 100, now: () => ({ buffered: true }) },
      'b/m': { ttft: 0.4, speed: 75 },
      'c/m': { ttft: 0.5, speed: 55 },
    },
  },
  {
    name: 'reasoning',
    what: 'Twelve to thirty seconds until the first token, everywhere.',
    hours: 24,
    timeoutS: 120,
    traffic: { rate: 60, tokensOut: [300, 0.6] },
    endpoints: {
      'a/m': { ttft: 14, speed: 70, now: (_, chance) => ({ ttft: chance.logNormal(14, 0.4) }) },
      'b/m': { ttft: 18, speed: 60, now: (_, chance) => ({ ttft: chance.logNormal(18, 0.4) }) },
      'c/m': { ttft: 24, speed: 80, now: (_, chance) => ({ ttft: chance.logNormal(24, 0.3) }) },
    },
  },
]
