import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import type { SigningKey } from '../../protocol/keys.ts'
import { INCIDENT_BYTES, MAP_BYTES } from '../../protocol/limits.ts'
import { seal } from '../../protocol/signed.ts'
import type { HubInfo, PublicEndpoint, SignedRequest } from '../../protocol/types.ts'
import { checkHubInfo } from '../../protocol/validate.ts'
import { FIRST_VERSION } from '../../protocol/version.ts'
import { type HubAnswer, type HubCall, HubHttp, type HubLimits, printable } from './hub-http.ts'

/** A member as the hub knows it. */
export interface Standing {
  readonly status: string
  /** 0 to 1. */
  readonly trust: number
  readonly lastEpoch?: number
  readonly reports?: number
}

/** Who reads a private hub. */
export interface HubReader {
  readonly key: SigningKey
  /** Unix milliseconds. */
  readonly now: () => number
}

const compress = promisify(gzip)
const SIGNED = 'application/vnd.commonroute.signed'
/** Bytes of any answer but the map. */
const ANSWER_BYTES = 262_144
/** The envelope's line comes on top of a document's own bound. */
export const ENVELOPE_BYTES = 256
export const MAP_WIRE_BYTES = 4_194_304
const ANSWERS = { wireBytes: ANSWER_BYTES, bytes: ANSWER_BYTES } as const

/**
 * The hub's API as a member uses it. Every method rejects with RouterError ROUTER_FEDERATION_HUB or
 * ROUTER_FEDERATION_REFUSED, see `HubHttp`.
 */
export class HubClient {
  readonly #http: HubHttp
  readonly #reader: HubReader | undefined

  /** `reader`: signs what is read, too, as a private hub wants it. */
  constructor(hub: string, limits?: HubLimits, reader?: HubReader) {
    this.#http = new HubHttp(hub, limits)
    this.#reader = reader
  }

  /** What the hub says of itself. Not signed: compare its key. */
  async info(): Promise<HubInfo> {
    const { body } = await this.#http.call({ method: 'GET', path: '/v1/hub', ...ANSWERS })
    const info = this.#read(body, (value) => checkHubInfo(value))
    return { ...info, name: printable(info.name) }
  }

  /** The same, or the address to which the hub redirects for good. */
  async whereabouts(): Promise<HubInfo | { readonly movedTo: string }> {
    const { status, headers } = await this.#http.call({ method: 'GET', path: '/v1/hub', ...ANSWERS, redirects: true })
    const to = status === 308 ? URL.parse(String(headers.location), this.#http.hub) : null
    return to ? { movedTo: to.origin } : this.info()
  }

  /** Enrols with a signed enrolment; what the hub says was agreed. */
  async enrol(
    document: Buffer,
  ): Promise<{ readonly member: string; readonly k: number; readonly epochSeconds: number }> {
    const { body } = await this.#post('/v1/members', document)
    return this.#read(body, ({ member, k, epoch_seconds }) => ({
      member: String(member),
      k: Number(k),
      epochSeconds: Number(epoch_seconds),
    }))
  }

  async standing(key: SigningKey, now: number): Promise<Standing> {
    const { body } = await this.#signed('GET', '/v1/members/me', key, now)
    return this.#read(body, ({ status, trust, last_epoch, reports }) => ({
      status: printable(String(status)),
      trust: Number(trust),
      ...(typeof last_epoch === 'number' && { lastEpoch: last_epoch }),
      ...(typeof reports === 'number' && { reports }),
    }))
  }

  /** Asks the hub to forget the member and all it sent. */
  async forget(key: SigningKey, now: number): Promise<void> {
    await this.#signed('DELETE', '/v1/members/me', key, now)
  }

  /** A signed report. False when the hub had these very bytes already. */
  async report(document: Buffer): Promise<boolean> {
    const { status } = await this.#post('/v1/reports', await compress(document), { 'content-encoding': 'gzip' })
    return status === 202
  }

  /** What a prober measured: a signed document, gzip. */
  async probes(compressed: Buffer): Promise<void> {
    await this.#post('/v1/probes', compressed, { 'content-encoding': 'gzip' })
  }

  /** For a prober: what members complain of just now. */
  async suspects(key: SigningKey, now: number): Promise<readonly PublicEndpoint[]> {
    const { body } = await this.#signed('GET', '/v1/probes/suspects', key, now)
    return this.#read(body, ({ endpoints }) => (Array.isArray(endpoints) ? endpoints.filter(isEndpoint) : []))
  }

  async alarm(document: Buffer): Promise<void> {
    await this.#post('/v1/alarms', document)
  }

  /** The signed map, not yet verified; undefined when it is still the one of `etag`. */
  async map(etag?: string): Promise<{ readonly document: Buffer; readonly etag?: string } | undefined> {
    const path = '/v1/map'
    const headers = {
      ...this.#reading(path),
      'accept-encoding': 'br, gzip',
      ...(etag !== undefined && { 'if-none-match': etag }),
    }
    const call: HubCall = {
      method: 'GET',
      path,
      headers,
      wireBytes: MAP_WIRE_BYTES,
      bytes: MAP_BYTES + ENVELOPE_BYTES,
    }
    const { status, headers: answered, body } = await this.#http.call(call)
    if (status === 304) return undefined
    const { etag: tag } = answered
    return { document: body, ...(typeof tag === 'string' && tag.length <= ENVELOPE_BYTES && { etag: tag }) }
  }

  /** The signed list of incidents, not yet verified. */
  async incidents(): Promise<Buffer> {
    const bytes = INCIDENT_BYTES + ENVELOPE_BYTES
    const path = '/v1/incidents'
    const headers = { ...this.#reading(path), 'accept-encoding': 'br, gzip' }
    return (await this.#http.call({ method: 'GET', path, headers, wireBytes: bytes, bytes })).body
  }

  /** The stream of incidents: server-sent events until the signal. */
  incidentStream(signal: AbortSignal): Promise<Readable> {
    const path = '/v1/incidents/stream'
    return this.#http.open({ path, headers: { ...this.#reading(path), accept: 'text/event-stream' } }, signal)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  #post(path: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<HubAnswer> {
    return this.#http.call({ method: 'POST', path, body, headers: { 'content-type': SIGNED, ...headers }, ...ANSWERS })
  }

  #signed(method: 'GET' | 'DELETE', path: string, key: SigningKey, now: number): Promise<HubAnswer> {
    return this.#http.call({ method, path, headers: signedFor(method, path, key, now), ...ANSWERS })
  }

  #reading(path: string): Readonly<Record<string, string>> {
    return this.#reader ? signedFor('GET', path, this.#reader.key, this.#reader.now()) : {}
  }

  #read<T>(body: Buffer, take: (value: Readonly<Record<string, unknown>>) => T): T {
    try {
      return take(JSON.parse(body.toString()))
    } catch (error) {
      const reason = `its answer makes no sense: ${printable(reasonOf(error)).replace(/\.$/, '')}`
      throw new RouterError('ROUTER_FEDERATION_HUB', { hub: this.#http.hub, reason }, { cause: error })
    }
  }
}

const isEndpoint = (
  value: Readonly<Record<string, unknown>> | null,
): value is Readonly<Record<string, string>> & PublicEndpoint =>
  [value?.provider, value?.model, value?.region].every((part) => typeof part === 'string')

function signedFor(method: string, path: string, key: SigningKey, now: number): Readonly<Record<string, string>> {
  const request: SignedRequest = { type: 'request', v: FIRST_VERSION, method, path, time: Math.floor(now / 1000) }
  return { authorization: `Signed ${seal(request, key).toString('base64url')}` }
}
