import type { Price } from 'commonroute/plugin'

/** How one simulated endpoint behaves. Probabilities are per request. */
export interface Profile {
  readonly about: string
  readonly price: Price
  /** Time to first token: median in ms, and standard deviation of its logarithm. */
  readonly ttftMs: number
  readonly ttftSigma: number
  /** Tokens per second after the first, likewise. */
  readonly speed: number
  readonly speedSigma: number
  /** Requests at the same time; above it, 429. */
  readonly concurrency: number
  /** Answers 500. */
  readonly errors: number
  /** Answers 503. */
  readonly overloads: number
  /** Breaks off in the middle. */
  readonly cuts: number
  /** Takes `HANG_FACTOR` times as long to the first token. */
  readonly hangs: number
}

export const HANG_FACTOR = 20

/** Of a log-normal distribution, from its median and 95th percentile. */
const sigmaOf = (p50: number, p95: number): number => Math.log(p95 / p50) / 1.645

/** Speeds vary less within an endpoint than times to first token do; the sources give no percentiles. */
const SPEED_SIGMA = 0.15

const RELIABLE = { errors: 0, overloads: 0, cuts: 0, hangs: 0 }

/**
 * Times are those of real endpoints that ran 70b models: LLMPerf leaderboard (Apache-2.0, December 2023) and
 * thefastest.ai (MIT, April and May 2024), medians and 95th percentiles. Prices, limits and faults are invented.
 */
export const PROFILES: Readonly<Record<string, Profile>> = {
  // LLMPerf, Groq: TTFT 0.22 s / 0.30 s, 185 tokens/s.
  fast: {
    about: 'quick and dear; slow for a minute now and then',
    price: { prompt: 2, completion: 6 },
    ttftMs: 220,
    ttftSigma: sigmaOf(0.22, 0.3),
    speed: 185,
    speedSigma: SPEED_SIGMA,
    concurrency: 32,
    ...RELIABLE,
  },
  // LLMPerf, Together: 0.64 s / 0.77 s, 61 tokens/s.
  steady: {
    about: 'middling in speed and price, and always there',
    price: { prompt: 0.9, completion: 0.9 },
    ttftMs: 640,
    ttftSigma: sigmaOf(0.64, 0.77),
    speed: 61,
    speedSigma: SPEED_SIGMA,
    concurrency: 100,
    ...RELIABLE,
  },
  // thefastest.ai, Anyscale: 0.62 s / 1.30 s, 15 tokens/s.
  cheap: {
    about: 'cheap and slow, with a low limit',
    price: { prompt: 0.1, completion: 0.3 },
    ttftMs: 620,
    ttftSigma: sigmaOf(0.62, 1.3),
    speed: 15,
    speedSigma: SPEED_SIGMA,
    concurrency: 8,
    ...RELIABLE,
  },
  // thefastest.ai, Fireworks: 0.24 s / 0.96 s, 173 tokens/s.
  flaky: {
    about: 'quick and cheap, when it works: errors, hangs, broken streams, outages',
    price: { prompt: 0.3, completion: 0.9 },
    ttftMs: 240,
    ttftSigma: sigmaOf(0.24, 0.96),
    speed: 173,
    speedSigma: SPEED_SIGMA,
    concurrency: 4,
    errors: 0.06,
    overloads: 0.04,
    cuts: 0.03,
    hangs: 0.02,
  },
}
