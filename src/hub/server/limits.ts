import { type Rate, TokenBuckets } from '../../base/token-buckets.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'

/**
 * How much one address or one member may ask of a process, sized so that a hundred members behind one address work,
 * with epochs of ten seconds and after a day without the hub. Addresses are those that the proxy tells, with
 * `trustProxy`.
 */
export interface Limits {
  /** Per address (IPv6: per /64). */
  readonly address: Readonly<Record<AddressAction, Rate>>
  /** Per member, once its signature holds. */
  readonly member: Readonly<Record<MemberAction, Rate>>
  /** Connections to this process at once, in all and of one address that is no trusted proxy. */
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Streams of incidents at once, in all and per address. */
  readonly streams: number
  readonly streamsPerAddress: number
  /** Milliseconds for a request's head from the connection on, for all of it, and without a byte either way. */
  readonly headersMs: number
  readonly requestMs: number
  readonly idleMs: number
}

export type AddressAction = 'read' | 'report' | 'alarm' | 'enrol' | 'enrolOpenly'
export type MemberAction = 'report' | 'alarm' | 'request' | 'influence'

export const LIMITS: Limits = {
  address: {
    read: { perMinute: 1_200, burst: 600 },
    report: { perMinute: 1_200, burst: 1_200 },
    alarm: { perMinute: 200, burst: 200 },
    enrol: { perMinute: 6, burst: 30 },
    // Ten at once, and then one in six minutes.
    enrolOpenly: { perMinute: 1 / 6, burst: 10 },
  },
  member: {
    report: { perMinute: 30, burst: 60 },
    // One a minute, and some slack for clocks and networks.
    alarm: { perMinute: 1, burst: 3 },
    request: { perMinute: 30, burst: 30 },
    influence: { perMinute: 1, burst: 5 },
  },
  connections: 5_000,
  connectionsPerAddress: 500,
  streams: 1_000,
  streamsPerAddress: 150,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
}

/** Addresses and members that are counted at once, about 150 bytes each. */
const MAX_NAMES = 50_000

/** Throws once an address or a member has asked too much. */
export class Admission {
  readonly #buckets = new Map<string, TokenBuckets>()
  readonly #now: () => number

  constructor(limits: Limits, now: () => number) {
    this.#now = now
    for (const who of ['address', 'member'] as const) {
      for (const [action, rate] of Object.entries(limits[who]))
        this.#buckets.set(`${who} ${action}`, new TokenBuckets(rate, MAX_NAMES))
    }
  }

  /** @param hash what stands for the address. @throws ProtocolProblem rate_limited */
  address(action: AddressAction, hash: string): void {
    this.#take(`address ${action}`, hash, 'from this address')
  }

  /** @throws ProtocolProblem rate_limited */
  member(action: MemberAction, member: string): void {
    this.#take(`member ${action}`, member, 'from this member')
  }

  #take(bucket: string, name: string, origin: string): void {
    const retryAfterS = this.#buckets.get(bucket)!.take(name, this.#now())
    if (retryAfterS === 0) return
    throw new ProtocolProblem('rate_limited', `Too many requests ${origin}: try again in ${retryAfterS} s.`, {
      retryAfterS,
    })
  }
}
