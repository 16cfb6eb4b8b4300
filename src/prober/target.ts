import type { PublicEndpoint } from '../federation/protocol/types.ts'
import type { Operation, Price } from '../plugins/api.ts'
import type { ChatShape } from './chats.ts'

/** An endpoint to be asked. */
export interface ProbeTarget {
  /** As the router knows it. */
  readonly id: string
  readonly name: PublicEndpoint
  readonly operation: Operation
  readonly price: Price | undefined
}

/** How it stands with it. Times in Unix milliseconds. */
export interface Standing {
  readonly target: ProbeTarget
  /** What chats are asked for in turn; what it refuses is taken out. */
  turns: readonly ChatShape[]
  count: number
  due: number
  askedAt: number
  /** Requests that failed in a row, by the provider's fault. */
  failures: number
  failingSince: number
  isBusy: boolean
  /** Why it cannot be asked; said once. */
  trouble: string | undefined
}
