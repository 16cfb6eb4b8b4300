import type { JsonObject, PluginContext, UpstreamRequest, UpstreamResponse } from 'commonroute/plugin'
import { CHAT } from './chat-wire.ts'
import { COMPLETION, chatOf } from './completion-wire.ts'
import { count } from './count.ts'
import { readForm } from './media/form.ts'
import type { MediaAnswer, Service } from './media/service.ts'
import { MEDIA_MODELS, SERVICES } from './media/services.ts'
import { sleep } from './pace.ts'
import { HANG_FACTOR, PROFILES, type Profile } from './profiles.ts'
import { hash, logNormal, type Random, randomFrom } from './random.ts'
import { idFrom, type Reply, replyTo } from './reply.ts'
import { SandboxError } from './sandbox-error.ts'
import { BROWNOUT_FACTOR, type FaultNow } from './schedule.ts'
import type { Envelope, TextWire } from './text-wire.ts'

export interface SimulatorOptions {
  readonly seed: number
  /** Every wait is multiplied by this; 0 waits for nothing. */
  readonly timeScale: number
  readonly faultNow: FaultNow
  readonly now: PluginContext['now']
}

/** How one request will go, drawn before anything is sent. Times in ms. */
interface Fate {
  readonly ttftMs: number
  readonly msPerToken: number
  readonly fault?: SandboxError
  readonly cut: boolean
}

/** Tokens that come within this time go out as one event, as busy servers send them. */
const EVENT_MS = 25
const COUNTS = /\/(?:count_tokens|input_tokens)$/
/** Median time of a count (invented). */
const COUNT_MS = 60
/** Of times that are invented. */
const SERVICE_SIGMA = 0.3

/** The upstream that is not there: answers requests in process, at the pace and with the faults of the profiles. */
export class Simulator {
  readonly #options: SimulatorOptions
  readonly #inFlight = new Map<string, number>()
  #count = 0

  constructor(options: SimulatorOptions) {
    this.#options = options
  }

  async answer(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    signal.throwIfAborted()
    // Every request has random numbers of its own, so that what one request draws does not depend on how others go.
    const random = randomFrom(hash(`${this.#options.seed}/${this.#count++}`))
    try {
      if (request.method === 'GET') return json(signal, 200, JSON.stringify(this.#modelList()))
      const path = request.url.pathname
      const service = Object.entries(SERVICES).find(([end]) => path.endsWith(end))?.[1]
      if (service) return await this.#serve(service, request, random, signal)
      const body = parse(request.body)
      if (COUNTS.test(path)) return await this.#countTokens(body, path, random, signal)
      return path.endsWith('/chat/completions')
        ? await this.#write(CHAT, body, random, signal)
        : await this.#write(COMPLETION, chatOf(body), random, signal)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      return json(signal, error.status, error.body, error.headers)
    }
  }

  async #write(wire: TextWire, body: JsonObject, random: Random, signal: AbortSignal): Promise<UpstreamResponse> {
    const model = String(body.model)
    const profile = Object.hasOwn(PROFILES, model) ? PROFILES[model] : undefined
    if (!profile) throw unknownModel(model, Object.keys(PROFILES))
    const release = this.#enter(model, profile, signal)
    try {
      const fate = this.#fateOf(model, profile, random)
      const reply = replyTo(body, model, random)
      const envelope = {
        id: `${wire === CHAT ? 'chatcmpl' : 'cmpl'}-sim-${idFrom(random)}`,
        created: Math.floor(this.#options.now() / 1_000),
        model,
      }
      // The head comes when the request has been read, half way to the first token; faults are noticed then.
      await this.#wait(fate.ttftMs / 2, signal)
      if (fate.fault) throw fate.fault
      if (body.stream === true) {
        const withUsage = (body.stream_options as JsonObject | undefined)?.include_usage === true
        return {
          status: 200,
          headers: { 'content-type': 'text/event-stream' },
          body: this.#stream(wire, reply, envelope, fate, withUsage, signal, release),
        }
      }
      await this.#wait(fate.ttftMs / 2 + fate.msPerToken * reply.tokens.length, signal)
      const text = wire.whole(reply, envelope)
      release()
      return json(signal, 200, fate.cut ? text.slice(0, text.length / 2) : text)
    } catch (error) {
      release()
      throw error
    }
  }

  async *#stream(
    wire: TextWire,
    reply: Reply,
    envelope: Envelope,
    fate: Fate,
    withUsage: boolean,
    signal: AbortSignal,
    release: () => void,
  ): AsyncGenerator<Buffer> {
    try {
      const opening = wire.opening(reply, envelope)
      if (opening !== '') yield Buffer.from(opening)
      await this.#wait(fate.ttftMs / 2, signal)
      const perEvent = Math.max(1, Math.round(EVENT_MS / fate.msPerToken))
      const last = fate.cut ? reply.tokens.length / 2 : reply.tokens.length
      for (let at = 0; at < last; at += perEvent) {
        if (at > 0) await this.#wait(fate.msPerToken * perEvent, signal)
        yield Buffer.from(wire.tokens(reply, envelope, reply.tokens.slice(at, at + perEvent).join('')))
      }
      if (!fate.cut) yield Buffer.from(wire.closing(reply, envelope, withUsage))
    } finally {
      release()
    }
  }

  async #serve(
    service: Service,
    request: UpstreamRequest,
    random: Random,
    signal: AbortSignal,
  ): Promise<UpstreamResponse> {
    const bytes = request.pieces ? Buffer.concat([...request.pieces]) : Buffer.from(request.body ?? '')
    const { body, files } = (await readForm(bytes)) ?? { body: parse(bytes), files: [] }
    if (body.model !== service.model) throw unknownModel(String(body.model), [service.model])
    const answer = service.answer({ body, files, random })
    await this.#wait(logNormal(random, service.ms, SERVICE_SIGMA), signal)
    return { status: 200, headers: { 'content-type': answer.contentType }, body: this.#pieces(answer, signal) }
  }

  async *#pieces({ body, msPerPiece = 0 }: MediaAnswer, signal: AbortSignal): AsyncGenerator<Buffer> {
    signal.throwIfAborted()
    if (typeof body === 'string') yield Buffer.from(body)
    else if (Buffer.isBuffer(body)) yield body
    else {
      let isFirst = true
      for (const piece of body) {
        if (!isFirst) await this.#wait(msPerPiece, signal)
        isFirst = false
        yield piece
      }
    }
  }

  async #countTokens(body: JsonObject, path: string, random: Random, signal: AbortSignal): Promise<UpstreamResponse> {
    if (!Object.hasOwn(PROFILES, String(body.model))) throw unknownModel(String(body.model), Object.keys(PROFILES))
    await this.#wait(logNormal(random, COUNT_MS, SERVICE_SIGMA), signal)
    return json(signal, 200, JSON.stringify(count(body, path)))
  }

  #fateOf(model: string, profile: Profile, random: Random): Fate {
    const scheduled = this.#options.faultNow(model, this.#options.now())
    const slow = scheduled === 'brownout' ? BROWNOUT_FACTOR : 1
    // One draw each, whatever happens, so that a changed probability moves nothing else.
    const [ttft, speed, failed, hung] = [
      logNormal(random, profile.ttftMs, profile.ttftSigma),
      logNormal(random, profile.speed, profile.speedSigma),
      random(),
      random() < profile.hangs,
    ]
    const fault = scheduled === 'outage' ? OUTAGE : faultOf(profile, failed)
    const cut = !fault && failed < profile.errors + profile.overloads + profile.cuts
    return {
      ttftMs: ttft * slow * (hung ? HANG_FACTOR : 1),
      msPerToken: (1_000 / speed) * slow,
      cut,
      ...(fault && { fault }),
    }
  }

  /** Counts the request in until the function it gives is called, or the signal is aborted. */
  #enter(model: string, profile: Profile, signal: AbortSignal): () => void {
    const before = this.#inFlight.get(model) ?? 0
    if (before >= profile.concurrency) {
      const message = `Simulated rate limit: sandbox/${model} takes ${profile.concurrency} requests at the same time.`
      throw new SandboxError(429, 'rate_limit_error', message, {
        code: 'rate_limit_exceeded',
        headers: { 'retry-after': '1' },
      })
    }
    this.#inFlight.set(model, before + 1)
    let inside = true
    const release = (): void => {
      signal.removeEventListener('abort', release)
      if (inside) this.#inFlight.set(model, this.#inFlight.get(model)! - 1)
      inside = false
    }
    signal.addEventListener('abort', release, { once: true })
    return release
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return sleep(ms * this.#options.timeScale, signal)
  }

  #modelList(): JsonObject {
    return {
      object: 'list',
      data: [...Object.keys(PROFILES), ...MEDIA_MODELS.keys()].map((id) => ({
        id,
        object: 'model',
        created: 0,
        owned_by: 'sandbox',
      })),
    }
  }
}

const OUTAGE = new SandboxError(503, 'server_error', 'Simulated outage, on the schedule of the sandbox.', {
  code: 'service_unavailable',
})
const ERROR = new SandboxError(500, 'server_error', 'Simulated server error.')
const OVERLOAD = new SandboxError(503, 'server_error', 'Simulated overload.', { code: 'server_overloaded' })

function faultOf({ errors, overloads }: Profile, drawn: number): SandboxError | undefined {
  if (drawn < errors) return ERROR
  return drawn < errors + overloads ? OVERLOAD : undefined
}

const unknownModel = (model: string, known: readonly string[]): SandboxError =>
  new SandboxError(
    404,
    'invalid_request_error',
    `The sandbox has no model "${model}" for this; it has ${known.join(', ')}.`,
    {
      code: 'model_not_found',
    },
  )

function parse(body: UpstreamRequest['body']): JsonObject {
  try {
    const value: unknown = JSON.parse(String(body))
    if (typeof value === 'object' && value !== null) return value as JsonObject
  } catch {
    // Answered below.
  }
  throw new SandboxError(400, 'invalid_request_error', 'The body is not a JSON object.')
}

const json = (
  signal: AbortSignal,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): UpstreamResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: (async function* () {
    signal.throwIfAborted()
    yield Buffer.from(text)
  })(),
})
