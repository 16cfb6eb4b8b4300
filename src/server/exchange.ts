import type { Client } from '../access/client-keys.ts'
import type { RouterError } from '../base/errors.ts'
import type { FormBytes } from '../base/multipart/form-bytes.ts'
import { type Pace, Paced } from '../base/paced.ts'
import type { JsonObject } from '../plugins/api.ts'
import type { Call, ClientSink } from '../routing/ports.ts'
import type { Asker } from '../routing/run/asker.ts'
import { authenticate } from './authenticate.ts'
import { answerCount } from './count-tokens.ts'
import { decodeBody } from './decode-body.ts'
import { type Asked, knownError } from './failure.ts'
import { MetadataSink } from './metadata-sink.ts'
import { closeOwn, type OwnProviders } from './own-accounts.ts'
import type { ServerParts } from './parts.ts'
import { readCall } from './read-call.ts'
import { wantsMetadata } from './router-metadata.ts'
import type { Target } from './targets.ts'

/** One request of a surface and its answer, whichever HTTP server reads the one and writes the other. */
export abstract class Exchange extends Paced implements Asker {
  protected readonly parts: ServerParts
  protected readonly target: Target
  protected readonly asked: Asked
  readonly #pace: Pace
  readonly #arrivedMs = performance.now()
  #client: Client | undefined
  #id = ''
  #body: FormBytes | undefined
  #explaining: MetadataSink | undefined
  /** The client's own accounts, until it is over. */
  #own: OwnProviders | undefined

  constructor(parts: ServerParts, pace: Pace, target: Target, asked: Asked) {
    super()
    this.parts = parts
    this.#pace = pace
    this.target = target
    this.asked = asked
  }

  /** Its client has gone away. */
  protected abstract get isGone(): boolean

  /** The client's side of the answer; asked for once. */
  protected abstract openSink(stream: boolean, requestId: string): ClientSink

  /** The whole answer; once the head of another is out, it hangs up. `id`, `metadata`: see `errorAnswer`. */
  protected abstract sendError(error: RouterError, id: string, metadata: JsonObject | undefined): void

  /** Before its body is read. Throws the RouterError that refuses it. */
  protected authenticate(): void {
    this.#client = authenticate(this.parts, this.asked)
  }

  /** Takes the whole body, and begins, in this turn of the event loop or a later one. */
  protected take(bytes: FormBytes): void {
    this.#body = bytes
    this.#pace.begin(this)
  }

  /** Nothing of what was taken is needed any more. */
  protected released(): void {}

  protected knownError(error: unknown): RouterError {
    return knownError(this.parts, error, this.asked, this.#id)
  }

  proceed(): void {
    const bytes = this.#body!
    this.#body = undefined
    try {
      if (!Buffer.isBuffer(bytes)) {
        this.#answer(bytes)
        return
      }
      const decoded = decodeBody(bytes, this.asked.headers['content-encoding'], this.parts.bodyLimit)
      if (Buffer.isBuffer(decoded)) this.#answer(decoded)
      else decoded.then((plain) => this.#answer(plain)).catch((error) => this.#failLater(error))
    } catch (error) {
      this.#failLater(error)
    }
  }

  /** Throws, or fails by itself. */
  #answer(bytes: FormBytes): void {
    const { surface, prefix } = this.target
    const plain = readCall(surface, prefix, this.asked.headers, bytes, this.#arrivedMs)
    const valueOfTime = this.#client?.valueOfTime
    const call = valueOfTime === undefined ? plain : { ...plain, valueOfTime }
    this.#id = call.id
    const own = this.parts.own.of(this.asked.headers, this.#client)
    if (own) own.then((accounts) => this.#opened(call, accounts)).catch((error) => this.#failLater(error))
    else this.#recall(call)
  }

  #opened(call: Call, own: OwnProviders): void {
    this.#own = own
    this.#recall({ ...call, own })
  }

  /** Throws, or fails by itself. */
  #recall(call: Call): void {
    const recalled = this.parts.recall(call, this.#client?.fingerprint ?? '')
    if (recalled instanceof Promise)
      recalled.then((full) => this.#engage(full)).catch((error) => this.#failLater(error))
    else this.#engage(recalled)
  }

  /** Also when its client has gone by now, which its sink knows: then nobody is asked, but it is recorded. */
  #engage(call: Call): void {
    const { engine, counting, watch } = this.parts
    const account = this.#client?.fingerprint ?? ''
    const plain = this.openSink(call.stream, call.trace?.requestId ?? call.id)
    if (wantsMetadata(this.asked.headers, call.operation)) this.#explaining = new MetadataSink(plain, call.stream)
    const sink = watch(call, account, this.#explaining ?? plain)
    if (this.target.surface.operation !== 'counting') engine.begin(call, sink, account, this)
    else
      answerCount(counting, call, sink, () => engine.handle(call, sink, account)).then(
        () => this.settled(),
        (error: unknown) => this.#failLater(error),
      )
  }

  settled(error?: unknown): void {
    if (error === undefined) this.#release()
    // Not within the engine, which has more to do.
    else this.#failLater(error)
  }

  /** What else goes wrong then is a rejection that nobody waits for, which is logged. */
  #failLater(error: unknown): void {
    void Promise.resolve().then(() => this.#fail(error))
  }

  #fail(error: unknown): void {
    try {
      const known = this.knownError(error)
      if (!this.isGone) this.sendError(known, this.#id, this.#explaining?.metadata)
    } finally {
      this.#release()
    }
  }

  #release(): void {
    if (this.#own) closeOwn(this.#own)
    this.#own = undefined
    this.released()
  }
}
