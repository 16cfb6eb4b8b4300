import type { RecordedOutcome } from '../../../src/replay/world/types.ts'
import type { Scenario } from '../scenario.ts'

const LIMITED: RecordedOutcome = {
  kind: 'provider_rate_limited',
  ttftS: undefined,
  tokensPerSecond: undefined,
  totalS: 0.2,
}
const TOKENS_PER_MINUTE = 30_000
const REQUESTS_PER_DAY = 600

export const LIMITS: readonly Scenario[] = [
  {
    name: 'requests-per-minute cap',
    what: 'The best endpoint takes 30 requests a minute; bursts of 25 to 40 within five seconds.',
    hours: 12,
    traffic: {
      capsRpm: { 'a/m': 30 },
      *times(chance, hours) {
        for (let t = 60; t < hours * 3600; t += 120 + chance.wait(180)) {
          const count = Math.floor(chance.between(25, 41))
          for (let at = 0; at < count; at++) yield t + (5 * (at + chance.next())) / count
        }
      },
    },
    endpoints: { 'a/m': { ttft: 0.3, speed: 80 }, 'b/m': { ttft: 0.6, speed: 60 }, 'c/m': { ttft: 0.9, speed: 50 } },
  },
  {
    name: 'tokens-per-minute cap',
    what: 'The best endpoint takes 30,000 tokens a minute, half of what is asked.',
    hours: 12,
    traffic: { rate: 1200, tokensIn: [2500, 0.8] },
    endpoints: { 'a/m': { ttft: 0.3, speed: 80 }, 'b/m': { ttft: 0.6, speed: 60 } },
    respond: () => {
      const taken: { readonly at: number; readonly tokens: number }[] = []
      let sum = 0
      return (_site, endpoint, { tokensIn, tokensOut }, recorded, atS) => {
        if (endpoint !== 'a/m') return recorded
        while (taken.length > 0 && taken[0]!.at <= atS - 60) sum -= taken.shift()!.tokens
        const tokens = tokensIn + tokensOut
        if (sum + tokens > TOKENS_PER_MINUTE) return LIMITED
        sum += tokens
        taken.push({ at: atS, tokens })
        return recorded
      }
    },
  },
  {
    name: 'quota reset at midnight',
    what: 'The best endpoint answers 600 requests a day and turns away the rest until midnight.',
    hours: 72,
    traffic: { rate: 60 },
    endpoints: { 'a/m': { ttft: 0.3, speed: 80 }, 'b/m': { ttft: 0.9, speed: 60 } },
    respond: () => {
      let day = 0
      let used = 0
      return (_site, endpoint, _arrival, recorded, atS) => {
        if (endpoint !== 'a/m') return recorded
        const today = Math.floor(atS / 86_400)
        if (today !== day) used = 0
        day = today
        return ++used > REQUESTS_PER_DAY ? LIMITED : recorded
      }
    },
  },
]
