import type { Memory } from '../cells/memory.ts'
import { AT } from '../cells/places.ts'

/** Memories are given as of the moment that is asked about (`Memory.at`), all through this file. */

/** After so long without a request an endpoint may have gone to sleep. Milliseconds. */
const IDLE_MS = 240_000
/** A first answer after that which is so many times slower than believed tells how long it takes to wake, no more. */
const WAKING = Math.log(3)
/** Starts without anything unusual that are assumed to begin with. */
const USUAL = 2
/** So often a pause comes before a request that what is known after pauses is all there is to know. */
const MOSTLY = 0.5
const CAUTION = 1.5
/** An answer: decayed sums of the same ones differ by rounding. */
export const ONE = 0.9
/** Half-life of success, which the counts that rates are made from have. */
const COUNT_MS = 600_000 / Math.LN2

/** Whether a request that began at `startedAt` found the endpoint idle; nobody has asked an unknown one. */
export const wasIdle = (all: Memory, startedAt: number): boolean => all.lastAt === 0 || startedAt - all.lastAt > IDLE_MS

/** Whether an answer was slow because the endpoint had to wake. */
export const isWaking = (logRatio: number): boolean => logRatio > WAKING

/** Whether nobody has asked it for so long that it may sleep, and its prompt cache be gone. */
export const isIdle = (all: Memory, now: number): boolean => now - all.lastAt > IDLE_MS

/**
 * Nobody knows how it answers without a pause before, and the next request or the one after that is likely to find out.
 * `pauses`: the chance of a pause before the next one, 0 while it is in use.
 */
export const isNewInUse = (all: Memory | undefined, pauses: number): boolean =>
  all === undefined || (pauses < MOSTLY && all.times(AT.cold) > 0 && all.inUse < ONE)

/** Milliseconds that an idle endpoint takes to wake, as its first answers after pauses were; 0 while it is awake. */
export function sleepMs(all: Memory, now: number): number {
  const n = isIdle(all, now) ? all.times(AT.cold) : 0
  return n > 0 ? all.times(AT.coldMs) / n : 0
}

/**
 * The chance that the next request comes after a pause: with a rate r of the model's requests exp(-r 240 s).
 * `requests`: the model's, decayed, see `requestsOf`. To wake an endpoint is a bet on those that follow, and of a rate
 * of minutes the high ones are often high by chance: up to 1.5 sd are taken off, of a Poisson process counted with such
 * a decay, the more the surer it is that it sleeps.
 */
export function pauseChance(all: Memory, requests: number): number {
  const n = all.times(AT.cold)
  const sure = requests - ((CAUTION * n) / (n + USUAL)) * Math.sqrt(requests / 2)
  return Math.exp((-Math.max(0, sure) * IDLE_MS) / COUNT_MS)
}

/**
 * Whether it is to be taken as it is after pauses: nothing else is known of it, and with a pause before most requests
 * nothing else matters.
 */
export const isOnlyCold = (all: Memory, chance: number): boolean => chance > MOSTLY && all.inUse < ONE

/**
 * Milliseconds that the first request after a pause waits longer, shared by the requests that follow while the endpoint
 * is awake, one in `chance`. Of an endpoint that `sleepMs` finds asleep.
 */
export const wakingMs = (all: Memory, chance: number): number =>
  (chance * all.times(AT.coldMs)) / (all.times(AT.cold) + USUAL)

/** Decayed. */
export const requestsOf = (all: Memory | undefined): number => (all ? all.success(AT.ok) + all.success(AT.fault) : 0)
