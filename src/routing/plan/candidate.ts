import type { Writable } from '../../base/writable.ts'
import { WELL } from '../../outcomes/beliefs/beliefs.ts'
import { LIST_PRICE } from '../../outcomes/beliefs/traits.ts'
import { unlistedPrice } from '../../outcomes/estimates/cost.ts'
import type { Beliefs } from '../../outcomes/types.ts'
import type { Candidate, RouteRequest } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import type { EndpointHealth } from '../health/endpoint-health.ts'
import { expectedOutput } from './expected-tokens.ts'
import type { PlannerParts } from './parts.ts'
import { isLatest, type Pick, type Picks } from './picks.ts'
import type { PlanInput } from './plan-input.ts'

/** Requests between two that are spent on finding out whether an endpoint is back: one in fifty may wait in vain. */
const PROBE_SPACING = 50
/** The same for one that answers, but was slow when it was last asked. */
const SLOW_SPACING = 25
/** Who has not been asked for so long, and for so many requests, is asked whether it is still as slow as it was. */
const UNSEEN_MS = 3_600_000
const UNSEEN_SPACING = 150
/** The same for one whose latest answer was much faster than believed. */
const CHANGED_SPACING = 25
/** It may have become so many times faster, as a logarithm, at the most. */
const HOPE = Math.log(4)
/** What answers from a prompt cache may be faster, as a logarithm. */
const CACHED = Math.log(3)
/** So many times slower than believed may hold it back. */
const SLOW = 1.2
/** A probe is given up after so many times what its first token is expected to take, and this at the least. */
const PROBE_PATIENCE = 8
const MIN_PATIENCE_MS = 2000

/** A route as it is at this moment, for one kind of request. */
export interface Slot {
  readonly route: Route
  /** The model that it serves. */
  readonly model: string
  readonly candidate: Candidate
  readonly health: EndpointHealth | undefined
  /** Kept up to date. */
  readonly pick: Pick
  /** Of the fast layer of the beliefs. */
  readonly stall: number
  /** It is ranked as if it were well: one that would come first then is asked whether it is. */
  readonly isProbe: boolean
  /** Number of requests from which on it is to be a probe. */
  readonly probeAt: number
}

/** Everything that is known of a route for a request, and what of it changes with every request. */
export function slotOf(
  { health: state, ledger, limits }: PlannerParts,
  route: Route,
  model: string,
  request: RouteRequest,
  { home, now, operation, demand }: PlanInput,
  peers: readonly string[],
  picks: Picks,
): Slot {
  const { endpoint } = route
  const health = state.of(endpoint.id)
  const stage = health?.state(now, operation)
  const hasPeers = peers.length > 1
  // Of an endpoint without peers nothing is noted: clients may name any.
  const pick = hasPeers ? picks.see(endpoint.id, now) : picks.of(endpoint.id)
  const listed = endpoint.price !== undefined
  const beliefs = ledger.beliefs(endpoint.id, request.class, now, { peers, stream: request.stream, listed })
  const isHalfOpen = stage === 'half-open'
  const isSlow = !isHalfOpen && beliefs.stall > SLOW
  const probeAt = isHalfOpen ? pick.last + PROBE_SPACING : isSlow ? pick.lastOffered + SLOW_SPACING : NEVER
  const isProbe = picks.count >= probeAt
  if (isProbe && isSlow) picks.offer(endpoint.id, now)
  const isUnseen = probeAt === NEVER && hasPeers && isWorthAsking(pick, beliefs, picks.count, now)
  // Whether it caches what requests have in common shows only when it is asked twice at once.
  const isAgain =
    beliefs.newInUse && !home && !health?.inFlight && hasPeers && mayCache(route, beliefs) && isLatest(pick)
  if (isUnseen || isAgain) picks.offer(endpoint.id, now)
  // Slow for a minute, it counts as slow of late too: a probe that believed this would never be sent.
  const unseenHope = isUnseen ? hopeAfter(picks.count - pick.last, beliefs) : 0
  const hope = isUnseen
    ? unseenHope
    : isAgain
      ? CACHED
      : isProbe && isSlow
        ? Math.log(Math.max(1, beliefs.lately ?? 1))
        : 0
  const { inputTokens, expectedOutputTokens } = request
  const outputTokens = demand.work ? expectedOutput(ledger, model, request.class, demand) : expectedOutputTokens
  const cachedTokens = isAgain ? inputTokens : expectedCached(endpoint.id, inputTokens, home, beliefs.cacheShare)
  const { ratio, n } = beliefs.effectivePrice
  const listPrice =
    ledger.price(route, inputTokens, outputTokens, cachedTokens, demand.serviceTier, demand.work) ??
    (n > 0 ? unlistedPrice(inputTokens, outputTokens, cachedTokens) : undefined)
  const candidate: Writable<Candidate> = {
    endpoint,
    position: route.position,
    ttft: hope > 0 ? { ...beliefs.ttft, mean: beliefs.ttft.mean - hope } : beliefs.ttft,
    speed: isUnseen ? { ...beliefs.speed, mean: beliefs.speed.mean + unseenHope } : beliefs.speed,
    success: isProbe && isHalfOpen ? WELL : beliefs.success,
    estimatedPrice: listPrice === undefined ? undefined : listPrice * ratio,
    stall: stallAt(health, beliefs.stall, isProbe, now),
    inFlight: health?.inFlight ?? 0,
    cap: health?.cap.at(now) ?? Number.POSITIVE_INFINITY,
    health: stage === 'ramping' || stage === 'half-open' ? stage : 'closed',
    outage: !(isProbe && isHalfOpen) && health?.isOutage(now) === true,
    lastPicked: pick.last,
    buffered: beliefs.buffered,
    detectMs: beliefs.detectMs,
    limited: beliefs.limited,
    valid: beliefs.valid,
    lengthRatio: beliefs.lengthRatio,
    lately: beliefs.lately,
    wakingMs: beliefs.wakingMs,
    incident: beliefs.incident,
    // Over a list price that there is not it says nothing to anybody.
    effectivePrice: listed ? beliefs.effectivePrice : LIST_PRICE,
    recent: beliefs.recent,
  }
  const used = limits.used(endpoint.id, route.limits, now)
  if (used) candidate.used = { ...used, ...route.limits }
  const asked = isProbe || isUnseen || isAgain
  return { route, model, candidate, health, pick, stall: beliefs.stall, isProbe: asked, probeAt }
}

/** Whether it is worth asking whether it is still as slow as it was. */
function isWorthAsking(
  { seenAt, lastOffered }: Pick,
  { mayHaveChanged }: Beliefs,
  count: number,
  now: number,
): boolean {
  const isLongAgo = now - seenAt > UNSEEN_MS
  const requests = count - lastOffered
  return mayHaveChanged ? requests >= CHANGED_SPACING : isLongAgo && requests >= UNSEEN_SPACING
}

/**
 * How many times faster it may be than when it was last asked, as a logarithm. What asking costs is its distance from
 * the best, what may be found is the same for all: so the spacing grows with the root of that (1.5 times after 150
 * requests, 3 times after 300).
 */
const hopeAfter = (requests: number, { mayHaveChanged }: Beliefs): number =>
  mayHaveChanged ? HOPE : Math.min(HOPE, Math.log1p(0.5 * (requests / UNSEEN_SPACING) ** 2))

/** By its price list; who has it from others what it takes need not ask. */
const mayCache = ({ endpoint: { price } }: Route, { ttft: { from } }: Beliefs) =>
  price?.cacheRead !== undefined &&
  price.cacheRead < price.prompt &&
  from !== 'map' &&
  from !== 'probe' &&
  from !== 'unused'

const NEVER = Number.POSITIVE_INFINITY

/** How many times slower than believed it is, as its last answers or those that are waited for show. */
export const stallOf = ({ health, stall, isProbe }: Slot, now: number): number => stallAt(health, stall, isProbe, now)

const stallAt = (health: EndpointHealth | undefined, stall: number, isProbe: boolean, now: number): number =>
  isProbe ? 1 : Math.max(stall, health ? stepped(health.waiting.ratio(now)) : 1)

/** A wait grows by steps of a fifth: as long as none is reached, nothing of the ranking need be made anew. */
const STEP = Math.log(1.2)
const stepped = (ratio: number): number => (ratio === 1 ? 1 : Math.exp(STEP * Math.floor(Math.log(ratio) / STEP)))

/** What hangs must not cost a request its whole timeout to find out: probes are many in a long outage. */
export const patienceOf = ({ ttft }: Candidate) => Math.max(MIN_PATIENCE_MS, PROBE_PATIENCE * Math.exp(ttft.mean))

/** A conversation's cache is at its home and nowhere else; where there is no home, what is usual at the endpoint. */
function expectedCached(endpoint: string, inputTokens: number, home: Home | undefined, cacheShare: number): number {
  if (!home) return cacheShare * inputTokens
  return home.endpoint === endpoint ? Math.min(home.cachedTokens, inputTokens) : 0
}
