import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../../../base/errors.ts'
import { SseParser } from '../../../wire/framing/sse.ts'
import { importPublicKey } from '../../protocol/keys.ts'
import { INCIDENT_BYTES, REQUEST_MAX_SKEW_S } from '../../protocol/limits.ts'
import { unseal, verifySealed } from '../../protocol/signed.ts'
import type { Incident } from '../../protocol/types.ts'
import { checkIncidents } from '../../protocol/validate.ts'
import type { HubClient } from '../membership/hub-client.ts'

export interface IncidentOptions {
  readonly client: Pick<HubClient, 'incidents' | 'incidentStream'>
  readonly hubKey: string
  /** Called with the open incidents whenever a list was taken, or has become too old to believe. Must not throw. */
  readonly onChange: (open: readonly Incident[]) => void
  /** Called with what went wrong; undefined when it is well again. Must not throw. */
  readonly onProblem: (reason: string | undefined) => void
  /** Unix milliseconds. */
  readonly now?: () => number
  readonly random?: () => number
  /** Milliseconds from one try to the next: at first and at the most. */
  readonly retryMs?: { readonly first: number; readonly max: number }
}

/**
 * A list is believed for this long after the hub signed it, which it does anew each minute when it is asked: whoever
 * stands between can withhold news, but not keep an incident open, neither by sending an old list again nor by keeping
 * a stream alive.
 */
const BELIEVED_MS = 300_000
/** While incidents are open, the hub is asked when its stream has had no list for so long. */
const ASK_MS = 120_000
/** An incident that is open for longer is no news: whoever asks the endpoint knows. */
const MAX_AGE_MS = 86_400_000
/** An event on the wire: a document in base64url. */
const EVENT_BYTES = Math.ceil((INCIDENT_BYTES * 4) / 3) + 1_024
/** Bytes of one connection; then the hub is asked anew. A hub that says something each minute needs a day for it. */
const STREAM_BYTES = 16_777_216
/** Lists are looked at once in this time, the newest: a flood costs no processor time. */
const PACE_MS = 1_000
const RETRY_MS = { first: 5_000, max: 60_000 }
/** A stream that held for so long was well. */
const STEADY_MS = 60_000

/**
 * Follows the hub's incidents: by its event stream, and between two streams by asking. Only lists signed by the hub,
 * none older than the last.
 */
export class IncidentFeed {
  readonly #options: IncidentOptions
  readonly #now: () => number
  readonly #stop = new AbortController()
  #time = 0
  #receivedAt = 0
  #open: readonly Incident[] = []

  constructor(options: IncidentOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  get open(): readonly Incident[] {
    return this.#open
  }

  /** Runs until `stop`. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stop
    const { random = Math.random, retryMs = RETRY_MS, onProblem } = this.#options
    let wait = retryMs.first
    while (!signal.aborted) {
      const began = this.#now()
      try {
        await this.#poll()
        await this.#follow(signal)
      } catch (error) {
        if (signal.aborted) return
        onProblem(reasonOf(error))
      }
      this.#doubt()
      wait = this.#now() - began > STEADY_MS ? retryMs.first : Math.min(retryMs.max, 2 * wait)
      await sleep(wait * (0.5 + random()), undefined, { signal, ref: false }).catch(() => {})
    }
  }

  stop(): void {
    this.#stop.abort()
  }

  async #poll(): Promise<void> {
    this.#take(await this.#options.client.incidents())
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const parser = new SseParser({ maxEventBytes: EVENT_BYTES })
    let bytes = 0
    let newest: string | undefined
    let lookedAt = 0
    for await (const chunk of await this.#options.client.incidentStream(signal)) {
      bytes += (chunk as Buffer).length
      for (const event of parser.push(chunk as Buffer)) newest = event.data ?? newest
      if (parser.overflow || bytes > STREAM_BYTES)
        throw new RangeError('the stream of incidents is larger than a list of them can be')
      if (newest === undefined) {
        if (this.#open.length > 0 && Math.abs(this.#now() - this.#receivedAt) > ASK_MS) await this.#poll()
        continue
      }
      const elapsed = performance.now() - lookedAt
      // What comes meanwhile waits in the socket; the newest of it is looked at next.
      if (elapsed < PACE_MS) await sleep(PACE_MS - elapsed, undefined, { signal, ref: false })
      lookedAt = performance.now()
      this.#take(Buffer.from(newest, 'base64url'))
      newest = undefined
    }
  }

  #take(document: Buffer): void {
    const list = checkIncidents(verifySealed('incidents', unseal(document), importPublicKey(this.#options.hubKey)))
    const now = this.#now()
    if (list.time * 1000 > now + REQUEST_MAX_SKEW_S * 1000)
      throw new RangeError("the hub's incidents are ahead of this machine's clock")
    if (list.time * 1000 < now - BELIEVED_MS) {
      const minutes = Math.round((now / 1000 - list.time) / 60)
      throw new RangeError(
        `the hub's incidents are of ${minutes} minutes ago: sent again by somebody, or this machine's clock is ahead`,
      )
    }
    this.#receivedAt = now
    this.#options.onProblem(undefined)
    if (list.time < this.#time) return
    this.#time = list.time
    this.#open = list.incidents.filter(
      ({ closed, opened }) => closed === undefined && now - opened * 60_000 < MAX_AGE_MS,
    )
    this.#options.onChange(this.#open)
  }

  /** Without news of the hub an incident may have ended long ago. */
  #doubt(): void {
    if (this.#open.length === 0 || Math.abs(this.#now() - this.#receivedAt) < BELIEVED_MS) return
    this.#open = []
    this.#options.onChange(this.#open)
  }
}
