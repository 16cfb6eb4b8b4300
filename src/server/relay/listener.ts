import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Client, ClientKeys } from '../../access/client-keys.ts'
import { discardBody } from '../../base/discard-body.ts'
import { RouterError } from '../../base/errors.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { askedTimeouts } from '../../routing/attempt/timeouts.ts'
import { anyOf, type Provider } from '../../routing/catalogue.ts'
import type { RelayCall } from '../../routing/relay/relay-call.ts'
import { forwardedHeaders } from '../../routing/relay/relay-headers.ts'
import { authenticate, needOneHost } from '../authenticate.ts'
import { knownError, refuse, sendError } from '../failure.ts'
import { closeOwn, type OwnProviders } from '../own-accounts.ts'
import type { ServerParts } from '../parts.ts'
import { newCallId } from '../read-call.ts'
import { traceIn } from '../trace.ts'
import type { Meant } from './meant.ts'
import { decodedSegment, needSafePath, splitTarget } from './path.ts'
import { presentedKeys, withOwnKey, withoutKeys } from './presented.ts'
import { HttpRelaySink } from './relay-sink.ts'
import { type Ask, resourceAsked } from './resources.ts'
import { type ResponseAsk, responseAsked } from './responses.ts'
import { lengthOf, readUpload } from './upload.ts'

const PROVIDERS = '/providers/'
/** Of a body whose answer has come already, how much is thrown away, and for how long. */
const LEFT_OVER_BYTES = 256 * 1024 * 1024
const LEFT_OVER_MS = 10_000

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Takes what goes to one provider as it is: `/providers/{id}/*`, files and batches. */
export function relayListener(parts: ServerParts) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const target = request.url!
    const { path, query } = splitTarget(target)
    const ask = path.startsWith(PROVIDERS)
      ? undefined
      : (resourceAsked(request, path, query) ?? responseAsked(request, path, query))
    if (!ask && !path.startsWith(PROVIDERS)) return false
    if (request.method === 'OPTIONS') return false
    void new RelayExchange(parts, request, response, path, query, ask).run()
    return true
  }
}

class RelayExchange {
  readonly #parts: ServerParts
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #path: string
  readonly #query: string
  readonly #ask: Ask | ResponseAsk | undefined
  readonly #arrivedMs = performance.now()
  readonly #time = Date.now()
  readonly #id = newCallId(this.#time)

  constructor(
    parts: ServerParts,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
    ask: Ask | ResponseAsk | undefined,
  ) {
    this.#parts = parts
    this.#request = request
    this.#response = response
    this.#path = path
    this.#query = query
    this.#ask = ask
  }

  async run(): Promise<void> {
    const { headers } = this.#request
    try {
      if (!this.#parts.reports.ready()) this.#response.shouldKeepAlive = false
      needOneHost(this.#request)
      const presented = presentedKeys(headers, this.#query)
      const own = { headers: withOwnKey(headers, presented) } as IncomingMessage
      const client = authenticate(this.#parts, own)
      if (!METHODS.has(this.#request.method!))
        throw new RouterError('ROUTER_METHOD_NOT_ALLOWED', { method: this.#request.method! })
      const allowed = this.#ask ? undefined : this.#passthrough(own)
      const body = await readUpload(this.#request, this.#parts.uploadLimit)
      const meant = allowed ?? (await this.#ask!.meant(this.#parts, client, body))
      if (this.#response.destroyed) return
      if ('json' in meant) {
        sendJson(this.#response, meant.json, this.#id)
        return
      }
      await this.#relay(
        meant,
        body,
        client,
        presented.filter((key) => this.#parts.keys().identify(key)),
      )
    } catch (error) {
      await this.#fail(error)
    }
  }

  /** Throws when the configuration, or the key, does not allow it. */
  #passthrough(own: IncomingMessage): Meant {
    const rest = this.#path.slice(PROVIDERS.length)
    needSafePath(rest)
    const slash = rest.indexOf('/')
    const id = decodedSegment(slash < 0 ? rest : rest.slice(0, slash))
    const provider = this.#parts.engine.catalogue.providers.get(id)
    const allowed = provider?.passthrough
    if (!allowed || !provider.adapter.passThrough)
      throw new RouterError('ROUTER_NO_PASSTHROUGH', { provider: id.slice(0, 100) })
    if (allowed.keys && !isOneOf(allowed.keys, own))
      throw new RouterError('ROUTER_PASSTHROUGH_DENIED', { provider: id })
    return { operation: 'passthrough', provider, path: slash < 0 ? '' : rest.slice(slash + 1), query: this.#query }
  }

  async #relay(
    meant: Meant,
    body: Awaited<ReturnType<typeof readUpload>>,
    client: Client | undefined,
    presented: readonly string[],
  ): Promise<void> {
    const own = await this.#parts.own.of(this.#request.headers, client)
    try {
      await this.#relayTo(own, meant, body, client, presented)
    } finally {
      if (own) closeOwn(own)
    }
    await this.#finishUpload()
  }

  async #relayTo(
    own: OwnProviders | undefined,
    meant: Meant,
    body: Awaited<ReturnType<typeof readUpload>>,
    client: Client | undefined,
    presented: readonly string[],
  ): Promise<void> {
    const { headers, method } = this.#request
    const { engine, relays } = this.#parts
    const provider = own ? ownIn(own, meant.provider) : relays.accounts.for(meant, client?.fingerprint ?? '')
    if (relays.count(provider.id) >= (provider.passthrough?.concurrency ?? DEFAULT_CONCURRENCY))
      throw new RouterError('ROUTER_RELAY_BUSY', { provider: provider.id }, { retryAfterMs: 1000 })
    const asked = headers['x-router-timeouts']
    const timeouts = askedTimeouts(typeof asked === 'string' ? asked : undefined, engine.routing.requestTimeoutMaxMs)
    const trace = traceIn(headers)
    const call: RelayCall = {
      ...meant,
      provider,
      id: this.#id,
      time: this.#time,
      arrivedMs: this.#arrivedMs,
      method: method!,
      query: withoutKeys(meant.query, presented),
      headers: forwardedHeaders(headers, presented),
      trace,
      account: client?.fingerprint ?? '',
      ...(body && { body }),
      ...(timeouts && { timeouts }),
    }
    const sink = new HttpRelaySink(this.#response, {
      'x-generation-id': this.#id,
      'x-request-id': trace.requestId ?? this.#id,
      'x-router-endpoint': anyOf(provider.id),
    })
    await relays.run(call, sink)
  }

  /** An answer may come before the body has been taken: what is still on its way must not be taken for a request. */
  async #finishUpload(): Promise<void> {
    const request = this.#request
    if (request.complete || request.destroyed) return
    await discardBody(request, LEFT_OVER_BYTES, LEFT_OVER_MS)
    if (!request.complete) request.destroy()
  }

  async #fail(error: unknown): Promise<void> {
    const known = knownError(this.#parts, error, this.#request, this.#id)
    if (this.#response.destroyed) return
    if (this.#request.complete || lengthOf(this.#request) === 0)
      sendError(this.#request, this.#response, known, this.#id)
    else await refuse(this.#request, this.#response, known, this.#parts.bodyLimit)
  }
}

/** At once, to a provider of which the configuration does not say. */
const DEFAULT_CONCURRENCY = 64

/** Throws when the request brings keys, and none for the provider that it goes to. */
function ownIn(own: OwnProviders, { id, account = id }: Provider): Provider {
  const found = own.get(account)
  if (found) return found
  throw new RouterError('ROUTER_BYOK_PROVIDER', { provider: account, reason: 'the request brings none for it' })
}

/** Compared as the router's own are. */
function isOneOf(keys: readonly string[], own: IncomingMessage): boolean {
  const known = new ClientKeys(keys)
  const { authorization, 'x-api-key': key } = own.headers
  const bearer = authorization?.replace(/^bearer\s+/i, '').trim()
  return [bearer, key].some((presented) => typeof presented === 'string' && known.identify(presented) !== undefined)
}

function sendJson(response: ServerResponse, json: JsonObject, id: string): void {
  const text = JSON.stringify(json)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-request-id': id,
  })
  response.end(text)
}
