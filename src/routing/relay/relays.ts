import { BoundedMap } from '../../base/bounded-map.ts'
import { RouterError } from '../../base/errors.ts'
import { kept } from '../../base/redact.ts'
import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { Outcome, PassthroughTarget, Usage } from '../../plugins/api.ts'
import { anyOf, routeOf } from '../catalogue.ts'
import type { AnswerWatch, WatchedAnswer } from '../codec.ts'
import type { Engine } from '../engine.ts'
import { isOfAccount } from '../resolve/own-accounts.ts'
import type { RelayRequest } from '../upstream/transport.ts'
import { RelayAccounts } from './accounts.ts'
import { Relay, type RelayResult } from './relay.ts'
import type { RelayCall, RelaySink } from './relay-call.ts'

const MAX_CHARGED = 10_000
/** Of an answer's id, or its model's name, in the decision log. */
const MAX_ID_LENGTH = 200

/** Passes requests on to one provider, without choosing or trying another, and records them. */
export class Relays {
  readonly #engine: Engine
  readonly accounts: RelayAccounts
  readonly #running = new Set<Relay>()
  /** Answers whose cost is on record: a job is asked for again and again until it is done, and after. */
  readonly #charged = new BoundedMap<string, true>(MAX_CHARGED)
  /** By provider. */
  readonly #counts = new Map<string, number>()

  constructor(engine: Engine) {
    this.#engine = engine
    this.accounts = new RelayAccounts(engine)
  }

  /** Those under way to a provider. */
  count(provider: string): number {
    return this.#counts.get(provider) ?? 0
  }

  /** Until the answer has ended. Rejects with a RouterError when nothing has been sent to the client. */
  run(call: RelayCall, sink: RelaySink): Promise<void> {
    const engine = this.#engine
    const { timeouts } = engine.routing
    const { id } = call.provider
    const watches: AnswerWatch[] = []
    const ticket = this.accounts.begin(call.provider)
    this.#counts.set(id, this.count(id) + 1)
    return new Promise((resolve, reject) => {
      const relay = new Relay({
        call,
        sink,
        responseMs: call.timeouts?.responseMs ?? timeouts.responseMs,
        idleMs: call.timeouts?.idleMs ?? timeouts.idleMs,
        wait: (ms, onExpire) => engine.wheel.add(ms, onExpire),
        send: (target, handler) =>
          engine.transport.through(call.provider.connection).relay(requestOf(call, target), handler),
        watch: (contentType) => {
          const watch = engine.codec.watch(contentType)
          if (watch) watches.push(watch)
          return watch
        },
        ended: (result, error) => {
          this.#running.delete(relay)
          this.#counts.set(id, this.count(id) - 1)
          if (ticket) this.accounts.end(ticket, result)
          const answer = watches[0]?.end()
          if (answer?.id !== undefined && ticket) this.accounts.keep(call, answer.id)
          this.#record(call, result, answer)
          if (error) reject(error)
          else resolve()
        },
      })
      this.#running.add(relay)
      if (call.body && !Buffer.isBuffer(call.body)) call.body.onPiece(() => relay.alive())
      void relay.start()
    })
  }

  /** Ends all that are under way, because the router is going down. */
  stop(): void {
    for (const relay of this.#running)
      relay.stop('router_error', 'the router is shutting down', new RouterError('ROUTER_DRAINING'))
  }

  /** The cost of what an answer tells of is counted once. */
  #isNew({ charges, method, provider }: RelayCall, id: string | undefined): boolean {
    if (charges) return charges()
    if (id === undefined) return true
    const key = `${provider.id} ${id}`
    const known = this.#charged.get(key) !== undefined
    this.#charged.set(key, true)
    return !(known && method === 'GET')
  }

  #record(call: RelayCall, result: RelayResult, answer: WatchedAnswer | undefined): void {
    const { books, catalogue, now } = this.#engine
    const { message, status, requestId, ttftMs } = result
    const { provider } = call
    const kind = isOfAccount(provider.own, result.kind) ? 'caller_invalid' : result.kind
    const endpoint = anyOf(provider.id)
    const usage = answer?.usage && usageOf(call, answer.usage)
    const route = usage && answer.model ? routeOf(catalogue, `${provider.id}/${answer.model}`) : undefined
    const costUsd =
      usage && !provider.own && this.#isNew(call, answer.id)
        ? (usage.costUsd ?? (route && books.cost(route, usage)))
        : undefined
    const totalMs = performance.now() - call.arrivedMs
    const workload = `${call.operation}.lt1k.plain`
    const attempt = {
      endpoint,
      kind,
      startMs: 0,
      totalMs,
      ...(status !== undefined && { status }),
      ...(ttftMs !== undefined && { ttftMs }),
      ...(usage && { usage }),
      ...(costUsd !== undefined && { costUsd }),
      ...(requestId !== undefined && { requestId: kept(requestId, provider.secrets, MAX_ID_LENGTH) }),
      ...(message && { message }),
      ...(provider.own && { byok: true as const }),
    }
    const outcome: Outcome = {
      endpoint,
      class: workload,
      kind,
      at: now(),
      stream: false,
      totalMs,
      ...(ttftMs !== undefined && { ttftMs }),
      ...(usage && { usage }),
      ...(costUsd !== undefined && { costUsd }),
    }
    if (!isOfAccount(provider.own, kind)) books.outcome(outcome, endpoint, 0)
    const request: FinishedRequest = {
      id: call.id,
      time: call.time,
      requestedModel: `${call.method} ${provider.id}/${call.path}`.slice(0, 200),
      model: answer?.model === undefined ? endpoint : kept(answer.model, provider.secrets, MAX_ID_LENGTH),
      operation: call.operation,
      wire: 'any',
      class: workload,
      stream: false,
      strategy: 'none',
      configVersion: catalogue.version,
      inputTokensEstimate: 0,
      outputTokensEstimate: undefined,
      seed: undefined,
      valueOfTime: undefined,
      placedBy: undefined,
      selection: undefined,
      planned: [],
      excluded: [],
      attempts: [attempt],
      delivered: undefined,
      kind,
      upstreamId: answer?.id && kept(answer.id, provider.secrets, MAX_ID_LENGTH),
      requestId: call.trace?.requestId,
      traceparent: call.trace?.traceparent,
      client: call.account === '' ? undefined : call.account,
      totalMs,
      overheadMs: 0,
    }
    books.record(request)
  }
}

function requestOf({ method, body, headers }: RelayCall, { url, headers: own }: PassthroughTarget): RelayRequest {
  const all = { ...headers, ...own }
  if (body === undefined) return { method, url, headers: all }
  if (Buffer.isBuffer(body)) return { method, url, headers: all, body }
  // undici then sends it in one piece, and holds it to its length.
  if (body.length !== undefined) all['content-length'] = String(body.length)
  return { method, url, headers: all, body: body.stream }
}

/** What a batch took has a price of its own. */
const usageOf = ({ operation }: RelayCall, usage: Usage): Usage =>
  operation === 'batch' && usage.serviceTier === undefined ? { ...usage, serviceTier: 'batch' } : usage
