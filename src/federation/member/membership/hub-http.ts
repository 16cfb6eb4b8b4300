import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import { dispatcherTo, proxiesOf } from '../../../base/outbound.ts'
import { PROBLEMS, type ProblemCode } from '../../protocol/problem.ts'

/** Milliseconds, and bytes: what a hub may cost at the most, whatever it does. */
export interface HubLimits {
  readonly connectMs: number
  /** From the call to the last byte of the answer. */
  readonly totalMs: number
  /** Without a byte on a stream of events. */
  readonly silenceMs: number
}

const HUB_LIMITS: HubLimits = { connectMs: 5_000, totalMs: 20_000, silenceMs: 90_000 }

export interface HubCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Bytes of the answer's body, as sent and decoded. */
  readonly wireBytes: number
  readonly bytes: number
  /** Hand a redirect to the caller, without its body. Default: it is refused. */
  readonly redirects?: boolean
}

export interface HubAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Longest text of a hub that is shown or logged. */
const SHOWN = 300
const PROBLEM_BYTES = 16_384

/**
 * HTTP to one hub: no redirects, TLS verified as usual, every answer bounded in time and size. Whatever goes wrong
 * comes out as RouterError: ROUTER_FEDERATION_HUB when there is no usable answer, ROUTER_FEDERATION_REFUSED (details:
 * `code`) when the hub says no.
 */
export class HubHttp {
  readonly hub: string
  readonly #limits: HubLimits
  readonly #agent: Dispatcher

  constructor(hub: string, limits: HubLimits = HUB_LIMITS) {
    this.hub = hub
    this.#limits = limits
    const pool = { connectMs: limits.connectMs, connections: 4, pipelining: 1, keepAliveTimeout: 4_000 }
    this.#agent = dispatcherTo(new URL(hub).origin, {}, pool, proxiesOf(process.env))
  }

  /** A whole answer with a status below 400. */
  async call(call: HubCall): Promise<HubAnswer> {
    const signal = AbortSignal.timeout(this.#limits.totalMs)
    try {
      const { statusCode, headers, body } = await this.#send(call, signal, this.#limits.totalMs)
      const encoding = String(headers['content-encoding'] ?? '')
      const read = (wireBytes: number, bytes: number) =>
        readBody(body, encoding, Number(headers['content-length'] ?? 0), wireBytes, bytes)
      if (statusCode >= 400) throw this.#refusal(statusCode, headers, await read(PROBLEM_BYTES, PROBLEM_BYTES))
      if (statusCode >= 300 && statusCode !== 304) {
        body.destroy()
        if (call.redirects) return { status: statusCode, headers, body: Buffer.alloc(0) }
        throw this.#unusable(`it redirects (${statusCode}), and a router stays with the hub that it has joined`)
      }
      return { status: statusCode, headers, body: await read(call.wireBytes, call.bytes) }
    } catch (error) {
      throw this.#known(error)
    }
  }

  /** An answer without an end, as it comes; the caller bounds what it reads, and ends it by the signal. */
  async open(call: Pick<HubCall, 'path' | 'headers'>, signal: AbortSignal): Promise<Readable> {
    try {
      const { statusCode, headers, body } = await this.#send({ ...call, method: 'GET' }, signal, this.#limits.silenceMs)
      if (statusCode === 200) return body
      throw this.#refusal(statusCode, headers, await readBody(body, '', 0, PROBLEM_BYTES, PROBLEM_BYTES))
    } catch (error) {
      throw this.#known(error)
    }
  }

  /** Breaks off everything under way. */
  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #send(
    call: Omit<HubCall, 'bytes' | 'wireBytes'>,
    signal: AbortSignal,
    silenceMs: number,
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = new URL(`${this.hub}${call.path}`)
    const answer = await this.#agent.request({
      origin,
      path: `${pathname}${search}`,
      method: call.method,
      headers: { 'user-agent': 'commonroute', ...call.headers },
      body: call.body ?? null,
      signal,
      headersTimeout: this.#limits.totalMs,
      bodyTimeout: silenceMs,
    })
    // Whoever does not read to the end gets an error that nobody waits for.
    answer.body.on('error', () => {})
    return answer
  }

  #refusal(status: number, headers: HubAnswer['headers'], body: Buffer): RouterError {
    const { code, message } = problemIn(body)
    if (code === undefined) {
      const reason = `it answers ${status} and gives no reason`
      return new RouterError('ROUTER_FEDERATION_HUB', { hub: this.hub, reason, status })
    }
    const seconds = Number(headers['retry-after'])
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : undefined
    return new RouterError('ROUTER_FEDERATION_REFUSED', { hub: this.hub, code, reason: message }, { retryAfterMs })
  }

  #unusable(reason: string, cause?: unknown): RouterError {
    return new RouterError('ROUTER_FEDERATION_HUB', { hub: this.hub, reason }, cause === undefined ? {} : { cause })
  }

  #known(error: unknown): RouterError {
    if (error instanceof RouterError) return error
    return this.#unusable(this.#words(error), error)
  }

  #words(error: unknown): string {
    const { name, code } = error as NodeJS.ErrnoException
    // Whichever of the two limits of the same length is noticed first.
    if (name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return `it did not finish within ${this.#limits.totalMs / 1000} s`
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return `there was no connection within ${this.#limits.connectMs / 1000} s`
    if (code?.startsWith('Z_') || code?.startsWith('ERR_BROTLI') || code?.startsWith('ERR__ERROR_FORMAT'))
      return 'its answer cannot be unpacked'
    return printable(reasonOf(error).replace(/\.$/, ''))
  }
}

/** The code with which a hub refused; undefined when it was not the hub that said no. */
export function refusalOf(error: unknown): ProblemCode | undefined {
  return error instanceof RouterError && error.code === 'ROUTER_FEDERATION_REFUSED'
    ? (error.details.code as ProblemCode)
    : undefined
}

/** A text from a hub made safe for terminals and logs. */
export const printable = (text: string): string => text.slice(0, SHOWN).replace(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, '?')

async function readBody(
  body: Readable,
  encoding: string,
  announced: number,
  wireBytes: number,
  bytes: number,
): Promise<Buffer> {
  const decoder = decoderOf(encoding)
  if (decoder === null || announced > wireBytes) {
    body.destroy()
    throw new RangeError(decoder === null ? `its answer has an encoding that was not asked for` : tooLarge(wireBytes))
  }
  const chunks: Buffer[] = []
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of atMost(source, bytes)) chunks.push(chunk)
  }
  const sent = (source: AsyncIterable<Buffer>) => atMost(source, wireBytes)
  await (decoder ? pipeline(body, sent, decoder, collect) : pipeline(body, collect))
  return Buffer.concat(chunks)
}

async function* atMost(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > bytes) throw new RangeError(tooLarge(bytes))
    yield chunk
  }
}

const tooLarge = (bytes: number) => `its answer is larger than ${bytes} bytes`

/** Null for an encoding that was not asked for. */
function decoderOf(encoding: string): Transform | undefined | null {
  if (encoding === '' || encoding === 'identity') return undefined
  if (encoding === 'gzip') return createGunzip()
  return encoding === 'br' ? createBrotliDecompress() : null
}

function problemIn(body: Buffer): { readonly code?: ProblemCode; readonly message: string } {
  try {
    const { code, message } = JSON.parse(body.toString()).error
    if (Object.hasOwn(PROBLEMS, code)) return { code, message: printable(String(message)) }
  } catch {
    // Not ours: a proxy's page, or nothing.
  }
  return { message: '' }
}
