import { HOUR, type Scenario } from '../scenario.ts'

export const CHANGES: readonly Scenario[] = [
  {
    name: 'very first answer slow by chance',
    what: 'The first answer of the best endpoint takes 15 s, by chance.',
    hours: 12,
    traffic: { rate: 30 },
    endpoints: { 'a/m': { ttft: 0.3, speed: 70 }, 'b/m': { ttft: 0.7, speed: 60 } },
    respond: () => {
      let first = true
      return (_site, endpoint, _arrival, recorded) => {
        if (endpoint !== 'a/m' || !first || recorded.ttftS === undefined) return recorded
        first = false
        return { ...recorded, ttftS: recorded.ttftS + 15, totalS: recorded.totalS + 15 }
      }
    },
  },
  {
    name: 'new endpoint, the best',
    what: 'After six hours an endpoint is added that is far better.',
    hours: 24,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.8, speed: 50 },
      'b/m': { ttft: 1, speed: 45 },
      'c/m': { ttft: 0.25, speed: 120, from: 6 * HOUR },
    },
  },
  {
    name: 'new endpoint, ten times slower',
    what: 'After six hours an endpoint is added that is far worse.',
    hours: 24,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.6, speed: 60 },
      'b/m': { ttft: 0.8, speed: 50 },
      'c/m': { ttft: 6, speed: 8, from: 6 * HOUR },
    },
  },
  {
    name: 'worst becomes best',
    what: 'After a day the worst endpoint is the best by far.',
    hours: 48,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.5, speed: 60 },
      'b/m': { ttft: 0.7, speed: 50 },
      'c/m': { ttft: 2, speed: 20, now: ({ t }) => (t > 24 * HOUR ? { ttft: 0.15, speed: 200 } : undefined) },
    },
  },
  {
    name: 'second becomes three times better',
    what: 'After twelve hours the second best is three times as fast.',
    hours: 36,
    traffic: { rate: 60 },
    endpoints: {
      'a/m': { ttft: 0.4, speed: 70 },
      'b/m': { ttft: 0.5, speed: 60, now: ({ t }) => (t > 12 * HOUR ? { ttft: 0.17, speed: 180 } : undefined) },
      'c/m': { ttft: 0.9, speed: 50 },
    },
  },
]
