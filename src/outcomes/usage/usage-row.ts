import type { AttemptRecord } from '../../plugins/api.ts'

/** Of an attempt, what counts as used. */
export type Spent = Pick<AttemptRecord, 'endpoint' | 'usage' | 'costUsd'>

/** By endpoint, by model. */
export type DayUsage = Map<string, Map<string, UsageRow>>

/** Sums over attempts. */
export class UsageRow {
  readonly endpoint: string
  readonly model: string
  requests = 0
  inputTokens = 0
  outputTokens = 0
  reasoningTokens = 0
  costUsd = 0

  constructor(endpoint: string, model: string) {
    this.endpoint = endpoint
    this.model = model
  }

  add({ usage, costUsd }: Spent): void {
    this.requests++
    this.inputTokens += usage?.inputTokens ?? 0
    this.outputTokens += usage?.outputTokens ?? 0
    this.reasoningTokens += usage?.reasoningTokens ?? 0
    this.costUsd += costUsd ?? 0
  }

  merge(other: UsageRow): void {
    this.restore(other.encode())
  }

  encode(): number[] {
    return [this.requests, this.inputTokens, this.outputTokens, this.reasoningTokens, this.costUsd]
  }

  /** Adds what `encode` gave. */
  restore([
    requests = 0,
    inputTokens = 0,
    outputTokens = 0,
    reasoningTokens = 0,
    costUsd = 0,
  ]: readonly number[]): void {
    this.requests += requests
    this.inputTokens += inputTokens
    this.outputTokens += outputTokens
    this.reasoningTokens += reasoningTokens
    this.costUsd += costUsd
  }
}
