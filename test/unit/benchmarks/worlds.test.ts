import { expect, test } from 'vitest'
import { KINDS, type Kind } from '../../../benchmarks/worlds/profiles.ts'
import { type SimulatedArrival, simulate } from '../../../benchmarks/worlds/simulate.ts'
import { parseArrival } from '../../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../../src/replay/world/read-world.ts'

const HOURS = 6
const text = (seed: number, kind: Kind) => {
  const { world, arrivals } = simulate(seed, kind, HOURS)
  return JSON.stringify([world, [...arrivals].map(([site, make]) => [site, [...make()]])])
}

test('the same seed gives the same world byte for byte, another seed another one', () => {
  expect(text(3, 'storm')).toBe(text(3, 'storm'))
  expect(text(3, 'storm')).not.toBe(text(4, 'storm'))
})

test.each(Object.keys(KINDS) as Kind[])(
  '%s: written as it is read, in order, with every endpoint of the model',
  (kind) => {
    const { world: description, arrivals } = simulate(1, kind, kind === 'busy' ? 0.5 : HOURS)
    const world = parseWorld(description, 'world.json')
    expect(world.sites.map(({ id }) => id)).toEqual([...arrivals.keys()])
    for (const { id, model } of world.sites) {
      let latest = 0
      for (const line of arrivals.get(id)!()) {
        const arrival = parseArrival(JSON.stringify(line), world, id)
        expect(arrival.t).toBeGreaterThanOrEqual(latest)
        expect(arrival.outcomes.size).toBe(
          [...world.endpoints.values()].filter((endpoint) => endpoint.model === model).length,
        )
        latest = arrival.t
      }
    }
  },
)

test('outages fail, brown-outs are slow, and the rest is as the measurements say', () => {
  const { world: description, arrivals } = simulate(2, 'storm', 48)
  const world = parseWorld(description, 'world.json')
  const all: SimulatedArrival[] = [...arrivals.values()].flatMap((make) => [...make()])
  const within = (spans: readonly (readonly [number, number])[], t: number) =>
    spans.some(([from, to]) => from <= t && t < to)
  let [dead, brown, well, faults] = [0, 0, 0, 0]
  const ratio = { brown: 0, well: 0 }
  for (const { t, outcomes } of all) {
    for (const [id, { kind, ttft_s }] of Object.entries(outcomes)) {
      const { outages, brownouts } = world.endpoints.get(id)!
      if (within(outages, t)) {
        dead++
        expect(kind).not.toBe('ok')
      } else if (kind !== 'ok') faults++
      else if (within(brownouts, t)) {
        brown++
        ratio.brown += Math.log(ttft_s!)
      } else {
        well++
        ratio.well += Math.log(ttft_s!)
      }
    }
  }
  expect(dead).toBeGreaterThan(500)
  // Five times slower, over endpoints of different speed.
  expect(Math.exp(ratio.brown / brown - ratio.well / well)).toBeGreaterThan(2.5)
  expect(Math.exp(ratio.well / well)).toBeGreaterThan(0.2)
  expect(Math.exp(ratio.well / well)).toBeLessThan(0.8)
  expect(faults / (faults + well + brown)).toBeLessThan(0.012)
})

test('prices differ in one kind only', () => {
  const pricesOf = (kind: Kind) =>
    new Set([...parseWorld(simulate(1, kind, 1).world, 'w').endpoints.values()].map(({ price }) => price!.prompt))
  expect(pricesOf('equal')).toEqual(new Set([0]))
  expect(pricesOf('prices').size).toBeGreaterThan(5)
})
