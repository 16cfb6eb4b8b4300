import type { Prior } from '../beliefs/beliefs.ts'
import type { Memory } from './memory.ts'
import { NOTHING, type Scratch, type Sums } from './places.ts'

/** Times to the first token, or speeds. */
export type Quantity = 'time' | 'speed'

export const NO_PEERS: readonly Sums[] = []

export const nothing = (): Scratch => ({ ...NOTHING })

/** What a belief is made from: one for all, since reading beliefs is on the way of every decision. */
export const EVIDENCE = {
  own: nothing(),
  endpoint: nothing(),
  global: nothing(),
  prior: undefined as Prior | undefined,
  peers: NO_PEERS,
}

/** Reads all of `EVIDENCE` but the prior and the peers; `withCold`: of the endpoint with its times of waking. */
export function readEvidence(
  quantity: Quantity,
  own: Memory | undefined,
  endpoint: Memory | undefined,
  global: Memory | undefined,
  time: number,
  stream: boolean | undefined,
  withCold = false,
): void {
  readSums(quantity, own, time, stream, EVIDENCE.own, withCold)
  readSums(quantity, endpoint, time, stream, EVIDENCE.endpoint, withCold)
  readSums(quantity, global, time, stream, EVIDENCE.global, true)
}

export function readSums(
  quantity: Quantity,
  memory: Memory | undefined,
  time: number,
  stream: boolean | undefined,
  into: Scratch,
  withCold = false,
): void {
  if (!memory) clear(into)
  else if (quantity === 'time') memory.at(time).readTimes(stream, withCold, into)
  else memory.at(time).readSpeed(into)
}

function clear(into: Scratch): void {
  into.n = 0
  into.sum = 0
  into.squares = 0
}
