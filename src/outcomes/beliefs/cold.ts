import { AT, type Memory } from '../cells/memory.ts'

/** After so long without a request an endpoint may have gone to sleep. Milliseconds. */
const IDLE_MS = 240_000
/** A first answer after that which is so many times slower than believed says how long it takes to wake, and no more. */
const WAKING = Math.log(3)
/** Starts without anything unusual that are assumed to begin with. */
const USUAL = 2
/** Half-life of success, which the counts that rates are made from have. */
const COUNT_MS = 600_000 / Math.LN2

/** Whether a request that began at `startedAt` found the endpoint idle; nobody has asked an unknown one. */
export const wasIdle = (all: Memory, startedAt: number): boolean => all.lastAt === 0 || startedAt - all.lastAt > IDLE_MS

/** Whether an answer was slow because the endpoint had to wake. */
export const isWaking = (logRatio: number): boolean => logRatio > WAKING

/** Milliseconds that an idle endpoint takes to wake, as its first answers after pauses were; 0 while it is awake. */
export function sleepMs(all: Memory, now: number): number {
  const n = now - all.lastAt <= IDLE_MS ? 0 : all.read(AT.cold, now)
  return n > 0 ? all.read(AT.coldMs, now) / n : 0
}

/**
 * Milliseconds that the first request after a pause waits longer, shared by the requests that follow while the endpoint
 * is awake: with a rate r of the model's requests the next pause comes after exp(r 240 s) of them. Of an endpoint that
 * `sleepMs` finds asleep; `requests`: the model's, decayed, see `requestsOf`.
 */
export function wakingMs(all: Memory, requests: number, now: number): number {
  const chance = Math.exp((-requests * IDLE_MS) / COUNT_MS)
  return (chance * all.read(AT.coldMs, now)) / (all.read(AT.cold, now) + USUAL)
}

export const requestsOf = (all: Memory | undefined, now: number): number =>
  all ? all.read(AT.ok, now) + all.read(AT.fault, now) : 0
