import { HOUR, type Scenario } from '../scenario.ts'

/** What a useless answer costs its client: it has to be asked for again, by hand. */
const USELESS_S = 15

export const ANSWERS: readonly Scenario[] = [
  {
    name: 'rubbish, quickly',
    what: 'From the second hour on one endpoint answers "Sorry." in 40 ms; answers are not streamed.',
    hours: 12,
    traffic: { rate: 240, stream: 0, tokensOut: [120, 0.4] },
    endpoints: {
      'a/m': {
        ttft: 0.4,
        speed: 300,
        now: ({ t }) => (t > HOUR ? { ttft: 0.035, tokensOut: 2, lostS: USELESS_S } : undefined),
      },
      'b/m': { ttft: 0.4, speed: 280 },
    },
  },
  {
    name: 'whole answers of mixed length',
    what: 'Nothing is streamed, answers are of very different lengths; one endpoint starts sooner, one writes faster.',
    hours: 24,
    traffic: { rate: 60, stream: 0, tokensOut: [200, 1.2] },
    endpoints: { 'a/m': { ttft: 0.3, speed: 50 }, 'b/m': { ttft: 0.9, speed: 110 }, 'c/m': { ttft: 0.6, speed: 45 } },
  },
]
