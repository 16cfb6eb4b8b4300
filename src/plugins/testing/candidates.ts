import type { Belief, Candidate, RouteRequest } from '../api.ts'
import { deepFreeze, seeded } from './check.ts'

export const REQUEST: RouteRequest = deepFreeze({
  class: 'chat.lt1k.plain',
  inputTokens: 800,
  expectedOutputTokens: 300,
  stream: true,
})

type Changes = Partial<Omit<Candidate, 'endpoint'>> & { readonly weight?: number }

/** A healthy, well-known candidate; `changes` on top. */
export function candidate(name: string, { weight = 1, ...changes }: Changes = {}): Candidate {
  return {
    endpoint: { id: `${name}/model`, provider: name, model: 'model', weight },
    position: 0,
    ttft: belief(500),
    speed: belief(60),
    success: { a: 99, b: 1 },
    estimatedPrice: 0.001,
    stall: 1,
    inFlight: 0,
    cap: Number.POSITIVE_INFINITY,
    health: 'closed',
    outage: false,
    lastPicked: 0,
    ...changes,
  }
}

/** `median` in the belief's own unit, not its logarithm. */
export const belief = (median: number): Belief => ({ mean: Math.log(median), sd: 0.2, n: 50, from: 'cell' })

/** Sets of 2 to 6 candidates that differ in everything, the same ones each time; frozen. */
export function scenarios(): readonly (readonly Candidate[])[] {
  const random = seeded(7)
  const between = (low: number, high: number): number => low + random() * (high - low)
  const one = (position: number, count: number): Candidate =>
    candidate(`provider-${position}`, {
      position,
      weight: Math.ceil(between(0, 4)),
      ttft: belief(between(100, 4000)),
      speed: belief(between(10, 300)),
      success: { a: between(1, 100), b: between(0.1, 20) },
      estimatedPrice: random() < 0.15 ? undefined : random() < 0.15 ? 0 : between(0.0001, 0.01),
      stall: random() < 0.7 ? 1 : between(1, 5),
      inFlight: Math.floor(between(0, 12)),
      cap: random() < 0.6 ? Number.POSITIVE_INFINITY : Math.ceil(between(0, 12)),
      health: random() < 0.8 ? 'closed' : 'ramping',
      outage: random() < 0.15,
      lastPicked: random() < 0.3 ? 0 : 1 + ((position * 5) % count),
    })
  return Array.from({ length: 8 }, (_, index) => {
    const count = 2 + (index % 5)
    return deepFreeze(Array.from({ length: count }, (_, position) => one(position, count)))
  })
}

/** What no outcome layer should ever give, and a strategy must bear all the same. */
export function nonsense(): readonly Candidate[] {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1e308, 5e-324]
  return deepFreeze(
    odd.map((value, position) => {
      const strange: Belief = { mean: value, sd: value, n: value, from: 'global' }
      const numbers = {
        estimatedPrice: value,
        stall: value,
        inFlight: value,
        cap: value,
        lastPicked: value,
        weight: value,
      }
      return candidate(`odd-${position}`, {
        position,
        ttft: strange,
        speed: strange,
        success: { a: value, b: value },
        ...numbers,
      })
    }),
  )
}
