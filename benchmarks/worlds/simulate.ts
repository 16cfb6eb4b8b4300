import type { JsonObject } from '../../src/plugins/api.ts'
import { Chance } from './chance.ts'
import * as profile from './profiles.ts'
import { type Reply, SimulatedEndpoint } from './simulated-endpoint.ts'

export interface SimulatedArrival {
  readonly id: string
  readonly t: number
  readonly model: string
  readonly tokens_in: number
  readonly tokens_out: number
  readonly outcomes: Readonly<Record<string, Reply>>
}

export interface Simulation {
  /** What `world.json` holds. */
  readonly world: JsonObject
  /** By site id, made as they are asked for, in order of time. */
  readonly arrivals: ReadonlyMap<string, () => Generator<SimulatedArrival>>
  /** What the arrivals' outcomes are drawn from. */
  readonly endpoints: readonly SimulatedEndpoint[]
}

const MODELS = [
  { name: 'large', endpoints: 6, workload: 'chat' },
  { name: 'small', endpoints: 5, workload: 'code' },
] as const

/**
 * A world drawn from `seed`: the same seed gives the same world, byte for byte. `sites` instead of those of the kind.
 */
export function simulate(
  seed: number,
  kind: profile.Kind,
  hours = 36,
  sites: readonly profile.Site[] = profile.KINDS[kind].sites,
): Simulation {
  const endpoints = MODELS.flatMap(({ name, endpoints }) =>
    Array.from(
      { length: endpoints },
      (_, at) => new SimulatedEndpoint(seed, kind, `provider-${at + 1}/${name}`, name, hours),
    ),
  )
  const simulated = sites.map(({ rate, from }, at) => siteOf(seed, at, rate, from, endpoints))
  return {
    world: {
      seed,
      hours,
      value_of_time: profile.VALUE_OF_TIME,
      fail_cost_s: profile.FAIL_COST_S,
      timeout_s: profile.TIMEOUT_S,
      endpoints: Object.fromEntries(endpoints.map((endpoint) => [endpoint.id, describe(endpoint)])),
      sites: simulated.map(({ id, model, region, caps }) => ({ id, model, region, caps_rpm: caps })),
    },
    arrivals: new Map(simulated.map((site) => [site.id, () => arrivalsOf(seed, site, endpoints, hours)])),
    endpoints,
  }
}

const describe = ({ model, price, outages, brownouts }: SimulatedEndpoint) => ({
  model,
  price_prompt_per_m: price.prompt,
  price_completion_per_m: price.completion,
  outages,
  brownouts,
})

interface SimulatedSite {
  readonly id: string
  readonly model: string
  readonly workload: keyof typeof profile.WORKLOADS
  readonly region: string
  readonly rate: number
  readonly from: number
  readonly caps: Readonly<Record<string, number>>
}

function siteOf(
  seed: number,
  at: number,
  rate: number,
  from: number,
  endpoints: readonly SimulatedEndpoint[],
): SimulatedSite {
  const id = at < 26 ? String.fromCharCode(97 + at) : `s${at}`
  const { name, workload } = MODELS[at % MODELS.length]!
  const chance = new Chance(seed, id, 'site')
  const { share, least, most, smallest } = profile.CAPPED
  const caps: Record<string, number> = {}
  for (const endpoint of endpoints.filter(({ model }) => model === name)) {
    const cap = Math.max(smallest, Math.round((rate / 60) * chance.between(least, most)))
    if (chance.next() < share) caps[endpoint.id] = cap
  }
  return { id, model: name, workload, region: chance.pick(profile.REGIONS), rate, from, caps }
}

/** Poisson arrivals whose rate follows the day of the site's region, by thinning. */
function* arrivalsOf(
  seed: number,
  site: SimulatedSite,
  endpoints: readonly SimulatedEndpoint[],
  hours: number,
): Generator<SimulatedArrival> {
  const own = endpoints.filter(({ model }) => model === site.model)
  const chance = new Chance(seed, site.id, 'arrivals')
  const { tokensIn, tokensOut } = profile.WORKLOADS[site.workload]
  const noon = profile.REGIONS.indexOf(site.region as (typeof profile.REGIONS)[number]) * 6 * 3600
  const peak = site.rate * (1 + profile.DIURNAL)
  let count = 0
  for (let t = site.from * hours * 3600; ; ) {
    t += chance.wait(3600 / peak)
    if (t >= hours * 3600) return
    const rate = site.rate * (1 + profile.DIURNAL * Math.cos((2 * Math.PI * (t - noon)) / 86_400))
    if (chance.next() * peak >= rate) continue
    const tokens_in = tokens(chance, tokensIn, 100_000)
    const tokens_out = tokens(chance, tokensOut, 4_000)
    const outcomes = Object.fromEntries(
      own.map((endpoint) => [endpoint.id, endpoint.reply(chance, site.region, t, tokens_out)]),
    )
    count++
    yield {
      id: `${site.id}-${count}`,
      t: Math.round(t * 1000) / 1000,
      model: site.model,
      tokens_in,
      tokens_out,
      outcomes,
    }
  }
}

const tokens = (chance: Chance, { median, sd }: { readonly median: number; readonly sd: number }, most: number) =>
  Math.min(most, Math.max(1, Math.round(chance.logNormal(median, sd))))
