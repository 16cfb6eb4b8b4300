import { BoundedMap } from '../../base/bounded-map.ts'
import type { Writable } from '../../base/writable.ts'

/** Endpoints of which it is remembered: a client may name others in each request, to be sorted as one list. */
const MAX_ENDPOINTS = 10_000

/** When an endpoint was last tried first or offered to be. */
export interface Pick {
  /** Number of the last request that tried it first; 0 is never. */
  readonly last: number
  /** Number of the last request for which it could have come first, had it been well; 0 is never. */
  readonly lastOffered: number
  /** Unix ms when it was one or the other; when it was first asked for, where it never was. */
  readonly seenAt: number
}

/** Of an endpoint that was never asked for. */
const NEVER: Pick = { last: 0, lastOffered: 0, seenAt: Number.NaN }

/** When endpoints were last tried first, in numbers of requests. */
export class Picks {
  readonly #picks = new BoundedMap<string, Writable<Pick>>(MAX_ENDPOINTS)
  #count = 0

  /** Requests so far. */
  get count(): number {
    return this.#count
  }

  /** What is given is brought up to date by what follows, once something was noted of this endpoint. */
  of(id: string): Pick {
    return this.#picks.get(id) ?? NEVER
  }

  /** The same; notes that it was asked for. */
  see(id: string, now: number): Pick {
    return this.#picks.get(id) ?? this.#begin(id, now)
  }

  add(id: string, now: number): void {
    const pick = this.#picks.get(id) ?? this.#begin(id, now)
    pick.last = ++this.#count
    pick.lastOffered = this.#count
    pick.seenAt = now
  }

  offer(id: string, now: number): void {
    const pick = this.#picks.get(id) ?? this.#begin(id, now)
    pick.lastOffered = this.#count
    pick.seenAt = now
  }

  #begin(id: string, now: number): Writable<Pick> {
    const pick = { ...NEVER, seenAt: now }
    this.#picks.set(id, pick)
    return pick
  }
}

/** Whether it was not offered since it was last tried first. */
export const isLatest = ({ last, lastOffered }: Pick): boolean => lastOffered === last
