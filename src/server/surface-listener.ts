import type { ServerResponse } from 'node:http'
import type { Client } from '../access/client-keys.ts'
import type { FileBytes, FormBytes } from '../base/multipart/form-bytes.ts'
import { Pace, Paced } from '../base/paced.ts'
import type { Call } from '../routing/ports.ts'
import { authenticate, needOneHost } from './authenticate.ts'
import { answerCount } from './count-tokens.ts'
import { decodeBody } from './decode-body.ts'
import { knownError, refuse, sendError } from './failure.ts'
import { googleAsk } from './google/address.ts'
import { ListSink } from './google/list-sink.ts'
import { HttpSink } from './http-sink.ts'
import { MetadataSink } from './metadata-sink.ts'
import { closeOwn, type OwnProviders } from './own-accounts.ts'
import type { ServerParts } from './parts.ts'
import { readBody } from './read-body.ts'
import { readCall } from './read-call.ts'
import { wantsMetadata } from './router-metadata.ts'
import { FormSpool, type FormTaker, isSpoolable } from './spool-body.ts'
import type { SurfaceRequest } from './surface-request.ts'
import { PREFIXES, SURFACES, type Surface } from './surfaces.ts'

/** What a path asks for. */
interface Target {
  readonly surface: Surface
  readonly prefix: string
  /** See `GoogleAsk`. */
  readonly asList?: boolean
}

const TARGETS: ReadonlyMap<string, Target> = new Map(
  SURFACES.flatMap((surface) =>
    (surface.prefixes ?? PREFIXES).map((prefix) => [`${prefix}${surface.path}`, { surface, prefix }] as const),
  ),
)

/** Requests that are begun in one turn of the event loop: a tenth of a millisecond's worth. */
const PER_TURN = 4

/** Takes a request, or gives false for one that is not its own. */
export type Listener = (request: SurfaceRequest, response: ServerResponse) => boolean

/** Takes what the engine answers, straight from Node: no framework stands between a client and its tokens. */
export function surfaceListener(parts: ServerParts): Listener {
  const pace = new Pace(PER_TURN)
  return (request, response) => {
    if (request.method !== 'POST') return false
    const target = TARGETS.get(request.url!) ?? otherTarget(request.url!)
    if (!target) return false
    new Exchange(parts, pace, target, request, response).begin()
    return true
  }
}

function otherTarget(url: string): Target | undefined {
  const path = plainPath(url)
  return TARGETS.get(path) ?? googleAsk(path, url)
}

/** The path of a target in any of the forms of RFC 9112, section 3.2, without query and slash at the end. */
function plainPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/s, '')
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  try {
    return decodeURI(bare)
  } catch {
    return bare
  }
}

/** One request and its answer. */
class Exchange extends Paced implements FormTaker {
  readonly #parts: ServerParts
  readonly #pace: Pace
  readonly #target: Target
  readonly #request: SurfaceRequest
  readonly #response: ServerResponse
  readonly #arrivedMs = performance.now()
  #client: Client | undefined
  #id = ''
  #body: FormBytes | undefined
  #spool: FormSpool | undefined
  #isEngaged = false
  #explaining: MetadataSink | undefined

  constructor(parts: ServerParts, pace: Pace, target: Target, request: SurfaceRequest, response: ServerResponse) {
    super()
    this.#parts = parts
    this.#pace = pace
    this.#target = target
    this.#request = request
    this.#response = response
  }

  begin(): void {
    // Pools of clients and balancers then look for another router by themselves.
    if (!this.#parts.reports.ready()) this.#response.shouldKeepAlive = false
    try {
      needOneHost(this.#request)
      this.#client = authenticate(this.#parts, this.#request)
    } catch (error) {
      this.refused(error)
      return
    }
    if (this.#target.surface.readForm && isSpoolable(this.#request)) this.#takeForm()
    else readBody(this.#request, this.#parts.bodyLimit, this)
  }

  #takeForm(): void {
    const spool = new FormSpool(this.#request, this.#parts.bodyLimit, this)
    this.#spool = spool
    // Until the engine has it: it may still send from the file when its client is gone.
    this.#response.once('close', () => {
      if (!this.#isEngaged) spool.close()
    })
    spool.begin()
  }

  body(bytes: Buffer): void {
    this.#body = bytes
    this.#pace.begin(this)
  }

  spooled(bytes: FileBytes): void {
    this.#body = bytes
    this.#pace.begin(this)
  }

  proceed(): void {
    const bytes = this.#body!
    this.#body = undefined
    if (this.#response.destroyed) return
    try {
      if (!Buffer.isBuffer(bytes)) {
        this.#answer(bytes)
        return
      }
      const decoded = decodeBody(bytes, this.#request.headers['content-encoding'], this.#parts.bodyLimit)
      if (Buffer.isBuffer(decoded)) this.#answer(decoded)
      else decoded.then((plain) => this.#decoded(plain)).catch((error) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Before the body has been read. */
  refused(error: unknown): void {
    const known = knownError(this.#parts, error, this.#request, this.#id)
    void refuse(this.#request, this.#response, known, this.#parts.bodyLimit)
  }

  /** Its client may be gone by now, of which a sink that is made later would never hear. */
  #decoded(bytes: Buffer): void {
    if (!this.#response.destroyed) this.#answer(bytes)
  }

  /** Throws, or fails by itself. */
  #answer(bytes: FormBytes): void {
    const { surface, prefix } = this.#target
    const plain = readCall(surface, prefix, this.#request.headers, bytes, this.#arrivedMs)
    const valueOfTime = this.#client?.valueOfTime
    const call = valueOfTime === undefined ? plain : { ...plain, valueOfTime }
    this.#id = call.id
    const own = this.#parts.own.of(this.#request.headers, this.#client)
    if (own) own.then((accounts) => this.#opened(call, accounts)).catch((error) => this.#fail(error))
    else void this.#recall(call)
  }

  async #opened(call: Call, own: OwnProviders): Promise<void> {
    try {
      // Its client may be gone by now, as below.
      if (!this.#response.destroyed) await this.#recall({ ...call, own })
    } finally {
      closeOwn(own)
    }
  }

  /** Throws, or fails by itself; the promise is kept once it is over. */
  #recall(call: Call): Promise<void> {
    const recalled = this.#parts.recall(call, this.#client?.fingerprint ?? '')
    if (!(recalled instanceof Promise)) return this.#engage(recalled)
    return recalled.then((full) => this.#recalled(full)).catch((error) => this.#fail(error))
  }

  /** Its client may be gone by now, of which a sink that is made later would never hear. */
  #recalled(call: Call): Promise<void> | undefined {
    return this.#response.destroyed ? undefined : this.#engage(call)
  }

  #engage(call: Call): Promise<void> {
    const { surface } = this.#target
    const { engine, counting, watch } = this.#parts
    const account = this.#client?.fingerprint ?? ''
    const Sink = this.#target.asList ? ListSink : HttpSink
    const plain = new Sink(this.#response, call.stream, call.trace?.requestId ?? call.id)
    if (wantsMetadata(this.#request.headers, call.operation)) this.#explaining = new MetadataSink(plain, call.stream)
    const sink = watch(call, account, this.#explaining ?? plain)
    const answered =
      surface.operation === 'counting'
        ? answerCount(counting, call, sink, () => engine.handle(call, sink, account))
        : engine.handle(call, sink, account)
    const ended = answered.catch((error) => this.#fail(error))
    const spool = this.#spool
    if (!spool) return ended
    this.#isEngaged = true
    return ended.finally(() => spool.close())
  }

  #fail(error: unknown): void {
    const known = knownError(this.#parts, error, this.#request, this.#id)
    sendError(this.#request, this.#response, known, this.#id, this.#explaining?.metadata)
  }
}
