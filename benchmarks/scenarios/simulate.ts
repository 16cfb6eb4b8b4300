import type { Arrival, RecordedOutcome, World, WorldEndpoint } from '../../src/replay/world/types.ts'
import { Chance } from '../worlds/chance.ts'
import { ERRORS, FAIL_COST_S, NOISE, TAIL, TIMEOUT_S, VALUE_OF_TIME } from '../worlds/profiles.ts'
import type { Asked, EndpointSpec, Scenario, Traffic } from './scenario.ts'

const SITE = 'site'
/** Share of failures in good times: the middle of what was measured (`ERRORS`). */
const ERROR_SHARE = Math.sqrt(ERRORS.least * ERRORS.most)

export interface SimulatedScenario {
  readonly world: World
  readonly arrivals: readonly Arrival[]
}

/** A scenario drawn from `seed`. What an endpoint answers does not depend on which strategy is played. */
export function simulate(scenario: Scenario, seed: number): SimulatedScenario {
  const { name, hours, traffic, endpoints } = scenario
  const specs = shuffled(
    Object.entries(endpoints).map(([id, spec]) => ({ id, spec, model: modelOf(id, spec) })),
    new Chance(seed, name, 'order'),
  )
  const world: World = {
    seed,
    hours,
    valueOfTime: scenario.valueOfTime ?? VALUE_OF_TIME,
    failCostS: FAIL_COST_S,
    timeoutS: scenario.timeoutS ?? TIMEOUT_S,
    endpoints: new Map(specs.map(({ id, spec, model }) => [id, worldEndpoint(id, spec, model)])),
    sites: [{ id: SITE, model: specs[0]!.model, region: '-', capsRpm: new Map(Object.entries(traffic.capsRpm ?? {})) }],
  }
  const chance = new Chance(seed, name, 'arrivals')
  const chances = new Map(specs.map(({ id }) => [id, new Chance(seed, name, id)]))
  const arrivals: Arrival[] = []
  for (const t of timesOf(traffic, chance, hours)) {
    const asked = askedAt(t, traffic, chance, specs[0]!.model)
    const outcomes = new Map<string, RecordedOutcome>()
    for (const { id, spec, model } of specs) {
      const outcome = answerOf(spec, asked, chances.get(id)!, world)
      if (model === asked.model && t >= (spec.from ?? 0)) outcomes.set(id, outcome)
    }
    arrivals.push({ id: arrivals.length + 1, ...asked, outcomes })
  }
  return { world, arrivals }
}

const modelOf = (id: string, spec: EndpointSpec) => spec.model ?? id.slice(id.indexOf('/') + 1)

const worldEndpoint = (id: string, { price }: EndpointSpec, model: string): WorldEndpoint => ({
  id,
  model,
  price: price && { prompt: price[0], completion: price[1], ...(price[2] !== undefined && { cacheRead: price[2] }) },
  outages: [],
  brownouts: [],
})

/** The order in a configuration knows nothing of which endpoint is the best. */
function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function timesOf({ rate = 60, times }: Traffic, chance: Chance, hours: number): Iterable<number> {
  return times ? times(chance, hours) : poisson(chance, rate, hours)
}

/** Arrivals of a Poisson process of `rate` an hour, in seconds. */
export function* poisson(chance: Chance, rate: number, hours: number): Generator<number> {
  for (let t = chance.wait(3600 / rate); t < hours * 3600; t += chance.wait(3600 / rate)) yield t
}

function askedAt(t: number, traffic: Traffic, chance: Chance, model: string): Asked {
  const [inMedian, inSd] = traffic.tokensIn ?? [550, 0.9]
  const [outMedian, outSd] = traffic.tokensOut ?? [150, 0.7]
  const { models = [model], structured = 0, stream = 1 } = traffic
  return {
    t,
    model: chance.pick(models),
    tokensIn: whole(chance.logNormal(inMedian, inSd), 200_000),
    tokensOut: whole(chance.logNormal(outMedian, outSd), 8_000),
    structured: chance.next() < structured,
    stream: chance.next() < stream,
  }
}

const whole = (value: number, most: number) => Math.min(most, Math.max(1, Math.round(value)))

function answerOf(spec: EndpointSpec, asked: Asked, chance: Chance, { timeoutS }: World): RecordedOutcome {
  // The same number of draws whatever happens, so that one request's troubles change no other's luck.
  const [noise, pace, luck, tail, stretch, moment] = [
    chance.normal(),
    chance.normal(),
    chance.next(),
    chance.next(),
    chance.normal(),
    chance.next(),
  ]
  const own = new Chance(Math.floor(chance.next() * 2 ** 32))
  const now = { ttft: spec.ttft, speed: spec.speed, ...spec.now?.(asked, own) }
  const { tokensOut = asked.tokensOut, kind = luck < ERROR_SHARE ? 'provider_error' : 'ok' } = now
  const stall = tail < TAIL.share ? TAIL.least * Math.exp(Math.abs(TAIL.spread * stretch)) : 1
  const ttftS = now.ttft * Math.exp(NOISE.ttft * noise) * stall
  const speed = now.speed * Math.exp(NOISE.speed * pace)
  const totalS = ttftS + tokensOut / speed
  const isAnswer = kind === 'ok' || kind === 'provider_malformed'
  if (!isAnswer) return failed(kind, now.failS ?? 0.1 + 1.5 * moment ** 2)
  if (ttftS > timeoutS) return failed('provider_timeout_first_token', timeoutS)
  const { price } = spec
  const paid = now.paid ?? 1
  const usd = price && (asked.tokensIn * price[0] + tokensOut * price[1]) / 1e6
  return {
    kind,
    ttftS: now.buffered ? totalS : ttftS,
    tokensPerSecond: now.buffered ? undefined : speed,
    totalS,
    ...(now.tokensOut !== undefined && { tokensOut }),
    ...(usd !== undefined && paid !== 1 && { costUsd: usd * paid }),
    ...(now.lostS !== undefined && { lostS: now.lostS }),
  }
}

const failed = (kind: RecordedOutcome['kind'], totalS: number): RecordedOutcome => ({
  kind,
  ttftS: undefined,
  tokensPerSecond: undefined,
  totalS,
})
