import type { Span } from '../../src/replay/world/types.ts'
import { Chance, drift } from './chance.ts'
import * as profile from './profiles.ts'

export interface Reply {
  readonly kind: string
  readonly ttft_s: number | null
  readonly tokens_per_s: number | null
  readonly total_s: number
}

export interface State {
  readonly isOut: boolean
  /** In a brown-out, more than 1. */
  readonly slow: number
  readonly ttftS: number
  readonly speed: number
  /** Share of failures without an outage. */
  readonly errors: number
}

const FAILURES = ['provider_error', 'provider_error', 'provider_overloaded', 'provider_network'] as const

/** An endpoint of one model: its level, its troubles and its price, all drawn from the seed and its name. */
export class SimulatedEndpoint {
  readonly id: string
  readonly model: string
  readonly price: { readonly prompt: number; readonly completion: number }
  readonly outages: readonly (Span & { readonly hangs?: boolean })[]
  readonly brownouts: readonly Span[]
  readonly #hanging: ReadonlySet<Span>
  readonly #errors: number
  readonly #regions = new Map<string, { ttft: (t: number) => number; speed: (t: number) => number }>()

  constructor(seed: number, kind: profile.Kind, id: string, model: string, hours: number) {
    this.id = id
    this.model = model
    const { outageEvery, brownoutEvery, prices } = profile.KINDS[kind]
    const level = new Chance(seed, id, 'level')
    const ttft = level.logNormal(profile.TTFT_MEDIAN_S, profile.BETWEEN.ttft)
    const speed = level.logNormal(profile.SPEED_MEDIAN, profile.BETWEEN.speed)
    this.#errors = Math.exp(level.between(Math.log(profile.ERRORS.least), Math.log(profile.ERRORS.most)))
    const factor = prices === 0 ? 0 : level.logNormal(1, prices)
    const cents = (usd: number) => Math.round(usd * factor * 1000) / 1000
    this.price = { prompt: cents(profile.PRICE.prompt), completion: cents(profile.PRICE.completion) }
    const trouble = new Chance(seed, id, 'trouble')
    this.outages = spans(trouble, hours, outageEvery, profile.OUTAGE_S)
    this.#hanging = new Set(this.outages.filter(() => trouble.next() < profile.HANGING))
    this.brownouts = spans(trouble, hours, brownoutEvery, profile.BROWNOUT_S)
    for (const region of profile.REGIONS) {
      const own = new Chance(seed, id, region)
      const [far, slow] = [
        ttft * Math.exp(profile.REGION.ttft * own.normal()),
        speed * Math.exp(profile.REGION.speed * own.normal()),
      ]
      const moved = drift(own, 1, profile.DRIFT.hours, hours)
      this.#regions.set(region, {
        ttft: (t) =>
          far * Math.exp(profile.DRIFT.ttft * moved(t) + profile.RUSH * Math.sin((2 * Math.PI * t) / 86_400)),
        speed: (t) => slow * Math.exp(-profile.DRIFT.speed * moved(t)),
      })
    }
  }

  /** What it is like at `t` seconds: what is drawn around, seconds and tokens per second. */
  state(region: string, t: number): State {
    const at = ([from, to]: Span) => from <= t && t < to
    const slow = this.brownouts.some(at) ? profile.BROWNOUT_FACTOR : 1
    const level = this.#regions.get(region)!
    const outage = this.outages.find(at)
    return {
      isOut: outage !== undefined,
      slow,
      ttftS: level.ttft(t) * slow,
      speed: level.speed(t) / slow,
      errors: this.#errors,
    }
  }

  /** What it answers to a request at `t` seconds. */
  reply(chance: Chance, region: string, t: number, tokensOut: number): Reply {
    // The same number of draws whatever happens, so that a world with an outage more is otherwise the same.
    const [noise, pace, luck, tail, stretch, cause, moment] = [
      chance.normal(),
      chance.normal(),
      chance.next(),
      chance.next(),
      chance.normal(),
      chance.next(),
      chance.next(),
    ]
    const outage = this.outages.find(([from, to]) => from <= t && t < to)
    if (outage && this.#hanging.has(outage)) return failed('provider_timeout_first_token', profile.TIMEOUT_S)
    if (outage || luck < this.#errors)
      return failed(FAILURES[Math.floor(cause * FAILURES.length)]!, 0.1 + 1.5 * moment ** 2)
    const slow = this.brownouts.some(([from, to]) => from <= t && t < to) ? profile.BROWNOUT_FACTOR : 1
    const level = this.#regions.get(region)!
    const { share, least, spread } = profile.TAIL
    const stall = tail < share ? least * Math.exp(Math.abs(spread * stretch)) : 1
    const ttft = level.ttft(t) * Math.exp(profile.NOISE.ttft * noise) * slow * stall
    if (ttft > profile.TIMEOUT_S) return failed('provider_timeout_first_token', profile.TIMEOUT_S)
    const speed = (level.speed(t) * Math.exp(profile.NOISE.speed * pace)) / slow
    return { kind: 'ok', ttft_s: round(ttft), tokens_per_s: round(speed), total_s: round(ttft + tokensOut / speed) }
  }
}

const round = (value: number) => Math.round(value * 1000) / 1000

const failed = (kind: string, seconds: number): Reply => ({
  kind,
  ttft_s: null,
  tokens_per_s: null,
  total_s: round(seconds),
})

function spans(chance: Chance, hours: number, every: number, [least, most]: readonly [number, number]): Span[] {
  const found: Span[] = []
  for (let t = chance.wait(every * 3600); t < hours * 3600; t += chance.wait(every * 3600)) {
    const end = t + chance.between(least, most)
    found.push([Math.round(t), Math.round(end)])
    t = end
  }
  return found
}
