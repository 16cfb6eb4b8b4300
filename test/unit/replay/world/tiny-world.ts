import { loadStrategies } from '../../../../src/replay/strategies.ts'
import { parseArrival } from '../../../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../../../src/replay/world/read-world.ts'
import { runWorld } from '../../../../src/replay/world/run-world.ts'
import { WorldScore } from '../../../../src/replay/world/score.ts'
import type { Served } from '../../../../src/replay/world/site-run.ts'
import type { World } from '../../../../src/replay/world/types.ts'

/** An hour, one dollar an hour, two free endpoints of a model. */
export const TINY = {
  seed: 1,
  hours: 1,
  value_of_time: 1,
  fail_cost_s: 20,
  timeout_s: 30,
  endpoints: { 'a/m': { model: 'm' }, 'b/m': { model: 'm' } },
  sites: [{ id: 'one', model: 'm', region: 'eu' }],
}

export const ok = (ttft_s: number, total_s: number) => ({ kind: 'ok', ttft_s, tokens_per_s: 50, total_s })
export const bad = (kind: string, total_s: number) => ({ kind, ttft_s: null, tokens_per_s: null, total_s })

/** One arrival as its line says it. */
export const at = (t: number, a: object, b: object, more: object = {}) => ({
  id: `r${t}`,
  t,
  model: 'm',
  tokens_in: 100,
  tokens_out: 50,
  outcomes: { 'a/m': a, 'b/m': b },
  ...more,
})

export interface Played {
  readonly served: readonly (Served & { readonly site: string })[]
  readonly score: WorldScore
  readonly world: World
}

/** Plays arrivals, by site, with a strategy. */
export async function play(
  description: object,
  lines: Readonly<Record<string, readonly object[]>>,
  strategy = 'priority',
  options: { seed?: number; map?: boolean } = {},
): Promise<Played> {
  const world = parseWorld(description, 'world.json')
  const score = new WorldScore(world)
  const served: (Served & { site: string })[] = []
  const arrivals = (id: string) =>
    (lines[id] ?? []).map((line, index) => parseArrival(JSON.stringify(line), world, `${id}:${index + 1}`))
  const [loaded] = await loadStrategies([strategy], process.cwd())
  await runWorld({
    world,
    arrivals: ({ id }) => [arrivals(id)],
    strategy: loaded!,
    seed: options.seed ?? 0,
    map: options.map ?? false,
    onServed: (site, one) => {
      score.add(site, one)
      served.push({ ...one, site: site.id })
    },
  })
  return { served, score, world }
}

export const attemptsOf = ({ served }: Played) => served.map(({ attempts }) => attempts.map(({ endpoint }) => endpoint))
