import type { OutcomeKind } from '../../src/plugins/api.ts'
import type { Respond } from '../../src/replay/world/types.ts'
import type { Chance } from '../worlds/chance.ts'

/** A request to a scenario's site. */
export interface Asked {
  /** Seconds after the beginning. */
  readonly t: number
  readonly model: string
  readonly tokensIn: number
  readonly tokensOut: number
  readonly stream: boolean
  readonly structured: boolean
}

/** What an endpoint answers at a moment. */
export interface Answer {
  /** Seconds to the first token, before chance. */
  readonly ttft: number
  /** Tokens per second, before chance. */
  readonly speed: number
  readonly kind?: OutcomeKind
  /** Of a failure: seconds until it shows. */
  readonly failS?: number
  readonly tokensOut?: number
  /** Times the list price. */
  readonly paid?: number
  /** Seconds that a client loses by an answer that is worth nothing. */
  readonly lostS?: number
  /** True: sent in one piece when it is whole. */
  readonly buffered?: boolean
}

export interface EndpointSpec {
  readonly model?: string
  /** Seconds to the first token. */
  readonly ttft: number
  /** Tokens per second. */
  readonly speed: number
  /** USD per million tokens of input, of output, and of input from a cache. */
  readonly price?: readonly [prompt: number, completion: number, cacheRead?: number]
  /** From which second on it exists. Default 0. */
  readonly from?: number
  /** What differs at this moment or for this request. */
  readonly now?: (asked: Asked, chance: Chance) => Partial<Answer> | undefined
}

export interface Traffic {
  /** Requests an hour, a Poisson process; or the times themselves. */
  readonly rate?: number
  readonly times?: (chance: Chance, hours: number) => Iterable<number>
  readonly models?: readonly string[]
  /** Share of requests with tools or a schema, and of those that stream. Default 0 and 1. */
  readonly structured?: number
  readonly stream?: number
  /** Median and sd of the logarithm. Default 550, 0.9 and 150, 0.7. */
  readonly tokensIn?: readonly [median: number, sd: number]
  readonly tokensOut?: readonly [median: number, sd: number]
  /** Requests a minute that an endpoint takes. */
  readonly capsRpm?: Readonly<Record<string, number>>
}

/** One situation that operators meet. */
export interface Scenario {
  readonly name: string
  /** In a sentence. */
  readonly what: string
  readonly hours: number
  readonly traffic: Traffic
  /** By id, `provider/model`. */
  readonly endpoints: Readonly<Record<string, EndpointSpec>>
  /** USD an hour, default 0.72; strategies that know the option are given it. */
  readonly valueOfTime?: number
  readonly timeoutS?: number
  /** Made anew for each run, where answers depend on what was sent before. */
  readonly respond?: () => Respond
  /** Only these requests count. Default all. */
  readonly counts?: (asked: Pick<Asked, 't' | 'structured'>) => boolean
}

export const HOUR = 3600
export const hourOfDay = (t: number): number => (t / HOUR) % 24
