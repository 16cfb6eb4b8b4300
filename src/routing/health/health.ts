import { Strays } from '../../base/strays.ts'
import type { HealthDelta, OutcomeKind } from '../../plugins/api.ts'
import { type Admission, type Refusal, refusalOf } from './admission.ts'
import { ALERT_EJECTION, type Breaker, type BreakerState, faultEjection } from './breaker.ts'
import { EndpointHealth, LiveTicket, type Ticket } from './endpoint-health.ts'
import type { HealthChange } from './health-change.ts'
import { healthDeltas } from './health-deltas.ts'
import type { FaultDetails } from './operation-health.ts'
import { anyFault, findOutliers } from './outliers.ts'

/** Endpoints that are not configured: clients name them as `provider/any-model`. */
const MAX_STRAYS = 500
const MAX_RETRY_AFTER_MS = 3_600_000

const NOTHING_SAID: FaultDetails = {}
const TO_NOBODY = (_change: HealthChange): void => {}
const CHAT = 'chat'
/** Whoever ramps up is let in. */
const CERTAINLY = () => 0
const NO_REFUSALS: readonly never[] = []
const ALERTS: ReadonlySet<OutcomeKind> = new Set(['provider_auth', 'provider_billing', 'provider_not_found'])

/**
 * Which endpoints are fit to be tried: a circuit breaker, rate limits and a learned cap for each. O(1) per event, no
 * timers. Every `now` is in milliseconds of one clock that never goes back.
 */
export class Health {
  readonly #endpoints = new Map<string, EndpointHealth>()
  readonly #strays = new Strays(MAX_STRAYS, (id) => this.#drop(id))
  readonly #onChange: (change: HealthChange) => void
  readonly #onDelta: ((delta: HealthDelta) => void) | undefined
  readonly #others: number
  #revision = 0

  /** `onDelta`: the changes and the rests after 429s, for others that use the same endpoints; `others`: how many. */
  constructor(onChange = TO_NOBODY, onDelta?: (delta: HealthDelta) => void, others = 0) {
    this.#others = others
    this.#onChange = onChange
    this.#onDelta = onDelta
  }

  /**
   * Grows with everything but the passing of time that may change who is admitted and how: what `of` gave holds until
   * then.
   */
  get revision(): number {
    return this.#revision
  }

  /** What is known of an endpoint; undefined before it was first tried. */
  of(id: string): EndpointHealth | undefined {
    return this.#endpoints.get(id)
  }

  /**
   * Splits the endpoints that a request might use. At least one is always admitted: when all are refused, those that
   * may be tried soonest. Peers, for the success-rate rule, are the other endpoints given. `random`, in [0, 1), decides
   * about ramping ones.
   */
  admit<E extends { readonly id: string }>(
    endpoints: readonly E[],
    now: number,
    random: () => number,
    operation = CHAT,
  ): Admission<E> {
    this.#ejectOutliers(endpoints, now)
    const refused: Refusal<E>[] = []
    for (const endpoint of endpoints) {
      const health = this.#endpoints.get(endpoint.id)
      const refusal = health && refusalOf(endpoint, health, now, random, operation)
      if (refusal) refused.push(refusal)
    }
    if (refused.length === 0) return { admitted: endpoints, refused: NO_REFUSALS }
    const soonest = refused.length < endpoints.length ? Number.NaN : Math.min(...refused.map(({ retryAt }) => retryAt))
    const kept = refused.filter(({ retryAt }) => retryAt !== soonest)
    const out = new Set(kept.map((refusal) => refusal.endpoint))
    return { admitted: endpoints.filter((endpoint) => !out.has(endpoint)), refused: kept }
  }

  /** Whether an endpoint admitted a while ago may still be tried: not ejected, limited or being probed since. */
  available(id: string, now: number, operation = CHAT): boolean {
    const health = this.#endpoints.get(id)
    return health === undefined || refusalOf(id, health, now, CERTAINLY, operation) === undefined
  }

  /** An attempt starts, whose first token is expected after `expectedMs`. Every ticket must be given to `end` once. */
  begin(id: string, now: number, expectedMs = Number.POSITIVE_INFINITY, operation = CHAT): Ticket {
    const health = this.#healthOf(id)
    health.inFlight += 1
    health.cap.saw(health.inFlight, now)
    const probe = health.probe === undefined && health.breaker.state(now) === 'half-open'
    const ticket = new LiveTicket(id, operation, health, probe, now, expectedMs)
    if (probe) {
      health.probe = ticket
      this.#revision++
    }
    const missing = health.operations?.get(operation)
    if (missing && missing.probe === undefined && missing.breaker.state(now) === 'half-open') {
      missing.probe = ticket
      this.#revision++
    }
    return ticket
  }

  /** The first output token of a stream has come. */
  answered(ticket: Ticket, now: number): void {
    if (ticket instanceof LiveTicket) ticket.health.waiting.end(ticket, true, now)
  }

  /**
   * An attempt has turned out. Only `ok` and the `provider_*` kinds say anything about the endpoint. Ending a ticket
   * twice does nothing.
   */
  end(ticket: Ticket, kind: OutcomeKind, now: number, details: FaultDetails = NOTHING_SAID): void {
    if (!(ticket instanceof LiveTicket) || ticket.ended) return
    ticket.ended = true
    ticket.health.waiting.end(ticket, kind === 'ok', now)
    const { health } = ticket
    const inFlight = health.inFlight
    health.inFlight -= 1
    if (kind !== 'ok' || ticket.probe || !health.isWell(now)) this.#revision++
    if (health.probe === ticket) health.probe = undefined
    const own = health.operations?.get(ticket.operation)
    if (own?.probe === ticket) own.probe = undefined
    if (details.about === 'request') return
    const asked = details.retryAfterMs
    const wait = asked !== undefined && asked >= 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : undefined
    if (kind === 'ok') this.#succeed(ticket, now)
    else if (kind === 'provider_rate_limited') this.#limit(ticket, inFlight, now, wait)
    else if (kind.startsWith('provider_')) {
      if (wait !== undefined) health.restUntil(now + wait)
      if (ticket.openings === health.breaker.openings) this.#fault(ticket, kind, now, details)
    }
  }

  state(id: string, now: number, operation = CHAT): BreakerState {
    return this.#endpoints.get(id)?.state(now, operation) ?? 'closed'
  }

  inFlight(id: string): number {
    return this.#endpoints.get(id)?.inFlight ?? 0
  }

  /** Takes on the endpoints of a configuration. Others, which clients name, are bounded by themselves. */
  configure(ids: ReadonlySet<string>): void {
    this.#strays.configure(ids, this.#endpoints.keys())
  }

  /** Forgets what is held against these endpoints: call it when their key or address was changed. */
  forgive(isMeant: (id: string) => boolean): void {
    for (const id of this.#endpoints.keys()) if (isMeant(id)) this.#drop(id)
  }

  /** What is held against an endpoint goes, at a person's word. */
  close(id: string, now: number): void {
    const health = this.of(id)
    if (!health) return
    health.close()
    this.#revision++
    const change = { endpoint: id, cause: 'closed by hand', alert: false, retryAt: now }
    this.#onChange({ ...change, state: 'ramping' })
    this.#onDelta?.({ of: 'health', ...change, state: 'closed' })
  }

  /** Takes over what another router found out about an endpoint. */
  merge({ endpoint, operation, state, cause, retryAt, inFlight = 0 }: HealthDelta, now: number): void {
    const health = this.#healthOf(endpoint)
    this.#revision++
    if (state === 'closed') {
      health.close()
      return
    }
    if (state === 'limited') {
      if (retryAt <= now) return
      health.cap.lower(Math.max(inFlight, health.inFlight), now)
      health.rateLimitEpoch += 1
      health.restUntil(Math.min(retryAt, now + MAX_RETRY_AFTER_MS))
      return
    }
    const { breaker } = operation === undefined ? health : health.operation(operation)
    if (state === 'open') breaker.merge(cause, retryAt, now)
    else if (breaker.openUntil > Number.NEGATIVE_INFINITY) breaker.success(now)
  }

  /** What is held against endpoints at this moment, for one that begins to share it. */
  deltas(now: number): Generator<HealthDelta> {
    return healthDeltas(this.#endpoints, now)
  }

  #succeed(ticket: LiveTicket, now: number): void {
    const { breaker } = ticket.health
    if (ticket.rateLimitEpoch === ticket.health.rateLimitEpoch) ticket.health.unlimited(now)
    ticket.health.witnesses.clear()
    ticket.health.operations?.get(ticket.operation)?.succeed(now)
    if (ticket.openings !== breaker.openings) return
    const before = breaker.state(now)
    breaker.success(now)
    if (before === 'open' || before === 'half-open') {
      this.#report({ endpoint: ticket.endpoint, state: 'ramping', cause: breaker.cause, alert: false, retryAt: now })
    }
  }

  #limit(ticket: LiveTicket, inFlight: number, now: number, wait: number | undefined): void {
    if (!ticket.health.limited(ticket, inFlight, now, wait)) return
    const { endpoint, health } = ticket
    if (this.#onDelta)
      this.#onDelta({ of: 'health', endpoint, state: 'limited', cause: '', retryAt: health.limitedUntil, inFlight })
  }

  #fault(ticket: LiveTicket, kind: OutcomeKind, now: number, { about, witness, isDoubtful }: FaultDetails): void {
    const { endpoint, health, since } = ticket
    if (isDoubtful && !health.witnesses.confirms(witness)) return
    if (!ALERTS.has(kind)) {
      if (health.breaker.fault(kind, undefined, now, now - since)) this.#opened(endpoint, health.breaker, false)
    } else if (kind === 'provider_not_found' && (about !== 'endpoint' || ticket.operation !== CHAT))
      this.#missing(ticket, about, now, witness)
    else if (
      (about === 'endpoint' || health.witnesses.confirms(witness)) &&
      health.breaker.fault(kind, ALERT_EJECTION, now, now - since)
    )
      this.#opened(endpoint, health.breaker, true)
  }

  /** Its operation's fault: the model was not named, or not for chat (a model of chat is unknown at embeddings). */
  #missing(
    { endpoint, health, operation, since }: LiveTicket,
    about: FaultDetails['about'],
    now: number,
    witness: string | undefined,
  ): void {
    const own = health.operation(operation)
    const { breaker } = own
    const isBelieved = about !== undefined || breaker.state(now) === 'half-open' || own.witnesses.confirms(witness)
    if (!isBelieved || !breaker.fault('provider_not_found', ALERT_EJECTION, now, now - since)) return
    this.#report({
      endpoint,
      operation,
      state: 'open',
      cause: breaker.cause,
      alert: operation === CHAT,
      retryAt: breaker.openUntil,
    })
  }

  #opened(endpoint: string, breaker: Breaker, alert: boolean): void {
    this.#report({ endpoint, state: 'open', cause: breaker.cause, alert, retryAt: breaker.openUntil })
  }

  #report(change: HealthChange): void {
    this.#onChange(change)
    this.#onDelta?.({ of: 'health', ...change })
  }

  #ejectOutliers(endpoints: readonly { readonly id: string }[], now: number): void {
    if (endpoints.length < 2 || !anyFault(endpoints, this.#endpoints, now)) return
    const breakers = endpoints.map(({ id }) => this.#endpoints.get(id)?.breaker)
    const windows = breakers.map((breaker) => breaker?.window)
    for (const { index, cause } of findOutliers(windows, now)) {
      const breaker = breakers[index]!
      const state = breaker.state(now)
      if (state === 'open' || state === 'half-open') continue
      this.#revision++
      breaker.open(cause, faultEjection(Number.POSITIVE_INFINITY), now)
      this.#opened(endpoints[index]!.id, breaker, false)
    }
  }

  #drop(id: string): void {
    this.#strays.delete(id)
    if (this.#endpoints.delete(id)) this.#revision++
  }

  #healthOf(id: string): EndpointHealth {
    let health = this.#endpoints.get(id)
    if (!health) {
      this.#revision++
      health = new EndpointHealth(this.#others)
      this.#endpoints.set(id, health)
    }
    this.#strays.use(id)
    return health
  }
}
