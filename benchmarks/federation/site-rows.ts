import { bootstrap, mean } from '../../src/replay/statistics.ts'
import { type OutageEffect, summarizeOutages } from '../../src/replay/world/outage-log.ts'
import type { Coverage } from './coverage.ts'
import type { Regret } from './newcomer-score.ts'
import { ALONE } from './site-variants.ts'

export interface Case {
  readonly kind: string
  readonly sites: number
  readonly traffic: string
}

/** One variant in one world. */
export interface Run extends Case {
  readonly seed: number
  readonly variant: string
  readonly regret: Regret
  /** Mean over the requests of all sites, seconds. */
  readonly loss: number
  readonly failed: number
  readonly outages: readonly OutageEffect[]
  readonly coverage: Coverage | undefined
}

/** One line of the table: means over new sites, and over outages that mattered to a site. */
export function rowOf({ kind, sites, traffic }: Case, variant: string, all: readonly Run[]) {
  const runs = all.filter((run) => run.kind === kind && run.sites === sites && run.traffic === traffic)
  const own = runs.filter((run) => run.variant === variant)
  const alone = runs.filter((run) => run.variant === ALONE)
  const starts = own.reduce((sum, { regret }) => sum + regret.starts, 0)
  const over = (pick: (run: Run) => number) => own.reduce((sum, run) => sum + pick(run) * run.regret.starts, 0) / starts
  const outages = summarizeOutages(own.flatMap((run) => run.outages))
  const ratio = ratioOf(own, alone, ({ regret }) => sumOf(regret))
  const losses = ratioOf(own, alone, ({ loss }) => loss)
  return {
    kind,
    sites,
    traffic,
    variant,
    starts,
    first5: over(({ regret }) => regret.first5),
    first20: over(({ regret }) => regret.first20),
    total: over(({ regret }) => regret.total),
    loss: over(({ loss }) => loss),
    failed: over(({ failed }) => failed),
    outages: outages.outages,
    leaving: outages.leaving_mean,
    leaving_p95: outages.leaving_p95,
    wasted: outages.wasted_mean,
    first20_over_alone: ratio.value,
    first20_low: ratio.low,
    first20_high: ratio.high,
    loss_over_alone: losses.value,
    loss_low: losses.low,
    loss_high: losses.high,
    worlds: own.length,
    endpoints: own[0]?.coverage?.endpoints ?? null,
    covered_first_hour: meanCovered(own, ({ firstHour }) => firstHour),
    covered: meanCovered(own, ({ last }) => last),
    covered_with_times: meanCovered(own, ({ withTimes }) => withTimes),
  }
}

/**
 * A figure over that of the same sites alone, with its 95 % interval: what is drawn again are worlds, since the sites
 * of one share its endpoints. Null where alone was not played.
 */
function ratioOf(own: readonly Run[], alone: readonly Run[], of: (run: Run) => number) {
  if (alone.length === 0) return { value: null, low: null, high: null }
  const bySeed = new Map(alone.map((run) => [run.seed, run]))
  const worlds = own.map((run) => ({ mine: of(run), theirs: of(bySeed.get(run.seed)!) }))
  const ratio = (sample: typeof worlds) =>
    sample.reduce((sum, { mine }) => sum + mine, 0) / sample.reduce((sum, { theirs }) => sum + theirs, 0)
  const [low, high] = bootstrap(worlds, (sample) => ratio(sample as typeof worlds))
  return { value: ratio(worlds), low: Number.isNaN(low) ? null : low, high: Number.isNaN(high) ? null : high }
}

const sumOf = ({ first20BySite }: Regret): number => first20BySite.reduce((sum, [, regret]) => sum + regret, 0)

function meanCovered(runs: readonly Run[], pick: (coverage: Coverage) => number): number | null {
  const known = runs.flatMap(({ coverage }) => (coverage ? [pick(coverage)] : []))
  return known.length > 0 ? mean(known) : null
}
