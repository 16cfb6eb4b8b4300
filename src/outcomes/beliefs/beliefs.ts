import type { Writable } from '../../base/writable.ts'
import type { Belief } from '../../plugins/api.ts'
import type { Memory } from '../cells/memory.ts'
import { AT, type Sums } from '../cells/places.ts'

/**
 * How many observations a parent level is worth at most, without a map: variance within an endpoint over variance
 * between parent and child.
 */
export const KAPPA = 0.5
/** Worth of the guess that the learned variance starts from, in observations. */
const VARIANCE_WEIGHT = 5
/**
 * From here on the peers would move the mean by a hundredth of their distance: not looked at, so that reading stays
 * O(1).
 */
export const ENOUGH = 20

/** What success is believed to be before anything is known: Beta(3.9, 0.1), 97.5 % with the weight of four requests. */
export const SUCCESS_PRIOR = { a: 3.9, b: 0.1 } as const
/**
 * The success of an endpoint in good times: 99.5 % (LLMPerf, December 2023: 0 to 1.3 % failures where nothing was
 * limited).
 */
export const WELL = { a: 39.8, b: 0.2 } as const
/** What a parent's opinion of success is worth, in requests. */
const MIN_WEIGHT = 4
const MAX_WEIGHT = 50

/**
 * A quantity's starting values: log-mean, and log-variance within one endpoint (thefastest.ai panel of April and May
 * 2024, MIT: 0.51 and 0.46).
 */
export interface Root {
  readonly mean: number
  readonly variance: number
}
export const TTFT_ROOT: Root = { mean: Math.log(800), variance: 0.51 ** 2 }
export const SPEED_ROOT: Root = { mean: Math.log(50), variance: 0.46 ** 2 }

/** A parent's opinion of a child's mean: `weight` is what it is worth in observations, `n` the data behind it. */
interface Level {
  readonly mean: number
  readonly weight: number
  readonly n: number
  readonly from: Belief['from']
}

/**
 * The map's belief of a cell, worth `kappa` pseudo-observations (8 to begin with). A new map replaces it; it is never
 * added to the data.
 */
export interface Prior {
  readonly mean: number
  readonly kappa: number
  /** Default: the map's own figures; `probe`: what the hub measured itself; `unused`: others pass it over. */
  readonly from?: 'map' | 'probe' | 'unused'
}

/** What it is worth, in observations, that others pass an endpoint over. */
const UNLISTED_KAPPA = 2

/**
 * What is believed of an endpoint that others do not use while they use its peers: routers go where it is fast, so it
 * is taken to be no better than the worst of those, and no better than a stranger. `sign` is -1 where less is better, 1
 * where more is. Undefined when the map lists none of the peers either.
 */
export function unlistedPrior(peerLogMeans: readonly number[], sign: 1 | -1, root: Root): Prior | undefined {
  if (peerLogMeans.length === 0) return undefined
  return {
    mean: sign * Math.min(...peerLogMeans.map((mean) => sign * mean), sign * root.mean),
    kappa: UNLISTED_KAPPA,
    from: 'unused',
  }
}

/** Parameters of a Beta distribution. */
export interface Beta {
  readonly a: number
  readonly b: number
}

/**
 * The sums that bear on one cell, nearest first. `peers` may be left empty where a map, or enough of the endpoint
 * itself, is known.
 */
export interface Evidence {
  readonly own: Sums
  /** The endpoint over all classes, `own` included. */
  readonly endpoint: Sums
  readonly prior: Prior | undefined
  readonly peers: readonly Sums[]
  readonly global: Sums
}

/**
 * What a parent known through `observations` of its own is worth to a child that differs from it by a variance of
 * sigma^2 / kappa: 1 / (1 / kappa + 1 / observations).
 */
const stepDown = (kappa: number, observations: number) => (kappa * observations) / (kappa + observations)

/**
 * The posterior of the mean of a log-normal quantity in a cell: Normal with
 *
 *     mean = (k mu0 + n xbar) / (k + n)      sd = sigma / sqrt(k + n)
 *     sigma^2 = (5 sigma0^2 + sum w (x - xbar)^2) / (5 + max(0, n - 1))
 *
 * n, xbar from the cell's decayed sums; mu0 and its worth k from the nearest parent that knows anything (`readParent`).
 */
export function posterior(evidence: Evidence, root: Root, kappa = KAPPA): Belief {
  return { ...readPosterior(evidence, root, kappa) }
}

/** The same; what is given is filled anew by the next call. */
export function readPosterior(evidence: Evidence, root: Root, kappa = KAPPA): Belief {
  const { own } = evidence
  readParent(evidence, root, kappa)
  const weight = PARENT.weight + own.n
  const spread = own.n > 0 ? Math.max(0, own.squares - (own.sum * own.sum) / own.n) : 0
  const variance = (VARIANCE_WEIGHT * root.variance + spread) / (VARIANCE_WEIGHT + Math.max(0, own.n - 1))
  const mostlyOwn = own.n >= PARENT.weight
  BELIEF.mean = (PARENT.weight * PARENT.mean + own.sum) / weight
  BELIEF.sd = Math.sqrt(variance / weight)
  BELIEF.n = mostlyOwn ? own.n : PARENT.n
  BELIEF.from = mostlyOwn ? 'cell' : PARENT.from
  return BELIEF
}

/** One for all, since reading beliefs is on the way of every decision. */
const BELIEF: Writable<Belief> = { mean: 0.5, sd: 0.5, n: 0.5, from: 'global' }
/** Likewise. */
const PARENT: Writable<Level> = { mean: 0.5, weight: 0.5, n: 0.5, from: 'global' }

/**
 * The levels above a cell: the endpoint's other classes, the map, the peers of the model, everything in this class. An
 * empty level is skipped. Each step between levels adds its variance: a parent that is itself worth m observations is
 * worth 1 / (1 / kappa + 1 / m) to its child, which is at most kappa and halves over two equal steps. The map speaks of
 * the very cell: its kappa counts in full, it stands in for peers and global, and the endpoint's other classes are
 * added to it by precision.
 */
function readParent(evidence: Evidence, root: Root, kappa: number): void {
  const { own, endpoint, prior } = evidence
  const source = prior?.from ?? 'map'
  if (prior) set(0, 0, 0, source)
  else if (endpoint.n >= ENOUGH || !readPeers(evidence.peers, kappa)) readGlobal(evidence.global, root, kappa)
  // Less than a thousandth of an observation is rounding, not data.
  const n = endpoint.n - own.n
  if (n >= 1e-3) {
    const weight = PARENT.weight + n
    const mean = (PARENT.weight * PARENT.mean + endpoint.sum - own.sum) / weight
    set(mean, stepDown(kappa, weight), n, n >= PARENT.weight ? 'endpoint' : PARENT.from)
  }
  if (!prior) return
  const both = prior.kappa + PARENT.weight
  set((prior.kappa * prior.mean + PARENT.weight * PARENT.mean) / both, both, prior.kappa, source)
}

function set(mean: number, weight: number, n: number, from: Belief['from']): void {
  PARENT.mean = mean
  PARENT.weight = weight
  PARENT.n = n
  PARENT.from = from
}

/**
 * The mean over peers, each counted n / (n + kappa) so that a busy one does not speak for all; m of them know the
 * model's mean to kappa m. False when none of them knows anything.
 */
function readPeers(peers: readonly Sums[], kappa: number): boolean {
  let count = 0
  let sum = 0
  let n = 0
  for (const peer of peers) {
    if (peer.n <= 0) continue
    const share = peer.n / (peer.n + kappa)
    count += share
    sum += (share * peer.sum) / peer.n
    n += peer.n
  }
  if (count === 0) return false
  set(sum / count, stepDown(kappa, kappa * count), n, 'peers')
  return true
}

/** Everything in this class, over all models, one step further away; a guess when there is nothing. */
function readGlobal(global: Sums, root: Root, kappa: number): void {
  const far = kappa / 2
  const weight = far + global.n
  set((far * root.mean + global.sum) / weight, stepDown(far, weight), global.n, 'global')
}

/**
 * Success as a Beta: a = m p0 + s, b = m (1 - p0) + f, with s successes and f faults of the cell decayed, m = 4 (a
 * map's own weight, 4 to 50), and p0 the mean of the same for the endpoint's other classes, which start from the map or
 * Beta(3.9, 0.1), and are no higher than the endpoint's success over weeks, outages left out. One endpoint's faults say
 * nothing of its peers, so there is no further level. In an outage the mean is multiplied by the chance that it is over
 * (`FaultRun.chanceOver`).
 */
export function successOf(
  own: Memory | undefined,
  endpoint: Memory | undefined,
  now: number,
  prior: Beta = SUCCESS_PRIOR,
): Beta {
  const ok = own ? own.success(AT.ok) : 0
  const fault = own ? own.success(AT.fault) : 0
  const all = endpoint ? endpoint.success(AT.ok) : 0
  const allFault = endpoint ? endpoint.success(AT.fault) : 0
  const weight = prior.a + prior.b
  const share = endpoint ? longSuccess(endpoint) : 1
  // The same weight, at the success of weeks where that is lower: what fails now and then for ever is not forgiven.
  const isLower = share * weight < prior.a
  const a0 = (isLower ? share * weight : prior.a) + Math.max(0, all - ok)
  const b0 = (isLower ? (1 - share) * weight : prior.b) + Math.max(0, allFault - fault)
  const scale = Math.min(MAX_WEIGHT, Math.max(MIN_WEIGHT, weight)) / (a0 + b0)
  const good = scale * a0 + ok
  const bad = scale * b0 + fault
  const over = endpoint ? endpoint.run.chanceOver(now) : 1
  return { a: good * over, b: bad + good * (1 - over) }
}

/** Over weeks, as a share; 1 where it never failed. */
function longSuccess(endpoint: Memory): number {
  const fault = endpoint.times(AT.longFault)
  return fault === 0 ? 1 : (WELL.a + endpoint.times(AT.longOk)) / (WELL.a + WELL.b + endpoint.times(AT.longOk) + fault)
}
