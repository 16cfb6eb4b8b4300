import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { Engine } from '../../routing/engine.ts'
import type { Call } from '../../routing/ports.ts'
import { CollectingSink } from './collecting-sink.ts'

/** What came of a request of the router's own. */
export interface OwnAnswer {
  readonly bytes: Buffer
  /** Undefined: there is no record of it. */
  readonly record: FinishedRequest | undefined
  readonly costUsd: number | undefined
}

/** Requests that the router makes itself: they are planned, limited and recorded as any. */
export class OwnRequests {
  readonly #engine: () => Engine
  readonly #records = new Map<string, FinishedRequest | undefined>()

  constructor(engine: () => Engine) {
    this.#engine = engine
  }

  /** Never rejects. `account`: whose usage it counts as. */
  async ask(call: Call, account: string, signal: AbortSignal): Promise<OwnAnswer> {
    const sink = new CollectingSink(signal)
    this.#records.set(call.id, undefined)
    // What goes wrong upstream is on record as of any request.
    await this.#engine()
      .handle(call, sink, account)
      .catch(() => {})
    sink.release()
    const record = this.#records.get(call.id)
    this.#records.delete(call.id)
    const costs = record?.attempts.flatMap(({ costUsd }) => costUsd ?? []) ?? []
    const costUsd = costs.length > 0 ? costs.reduce((sum, usd) => sum + usd, 0) : undefined
    return { bytes: sink.bytes, record, costUsd }
  }

  /** Every finished request, our own among them. */
  take(request: FinishedRequest): void {
    if (this.#records.has(request.id)) this.#records.set(request.id, request)
  }
}
