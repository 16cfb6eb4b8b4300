import { BoundedMap } from '../../base/bounded-map.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { SelectConfig } from '../../config/types.ts'
import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { Engine } from '../../routing/engine.ts'
import type { Call, ClientSink } from '../../routing/ports.ts'
import { answerText, questionText } from '../../wire/read/answer-text.ts'
import { CopyingSink } from './copying-sink.ts'
import type { Verdicts } from './verdicts.ts'

type JudgeConfig = NonNullable<SelectConfig['judge']>

/** At a time, and answers that wait for their record. */
const MAX_RUNNING = 4
const MAX_WAITING = 64
const DRAIN_MS = 3000

export interface JudgeParts {
  readonly engine: () => Engine
  readonly verdicts: Verdicts
  readonly onVerdict: (answer: FinishedRequest, score: number) => void
  readonly random?: () => number
}

/**
 * Asks a strong model in the background, for a share of a selector's answers by other models, whether they are right.
 * Prompts and answers are held in memory until then, and nowhere else. Never delays or fails a request: what cannot be
 * judged is left out.
 */
export class Judge {
  readonly #parts: JudgeParts
  /** Texts of answers whose record is to come, by the request's id. */
  readonly #waiting = new BoundedMap<
    string,
    { readonly judge: JudgeConfig; readonly question: string; answer?: string }
  >(MAX_WAITING)
  readonly #running = new Set<Promise<void>>()
  readonly #abort = new AbortController()
  #closed = false

  constructor(parts: JudgeParts) {
    this.#parts = parts
  }

  /** The sink to answer into: where the answer may be judged, one that copies it. */
  watch(call: Call, sink: ClientSink): ClientSink {
    const { model } = call.body
    const judge =
      typeof model === 'string' ? this.#parts.engine().catalogue.models.get(model)?.select?.judge : undefined
    if (!judge || this.#closed || call.operation !== 'chat' || isPrivate(call)) return sink
    if ((this.#parts.random ?? Math.random)() >= judge.share) return sink
    this.#waiting.set(call.id, { judge, question: questionText(call) })
    return new CopyingSink(sink, (bytes) => {
      const waiting = this.#waiting.get(call.id)
      const text = answerText(call.wire, bytes)
      if (waiting && text !== undefined) waiting.answer = text
    })
  }

  /** Every finished request: those whose answers are to be judged. */
  take(request: FinishedRequest): void {
    if (!request.selection || !this.#waiting.get(request.id)) return
    // The sink ends right after the record is made.
    setImmediate(() => this.#begin(request))
  }

  /** Waits for what is under way, and ends what takes too long; after the last request of a client. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#running.size === 0) return
    const timer = setTimeout(() => this.#abort.abort(), DRAIN_MS)
    await Promise.allSettled(this.#running)
    clearTimeout(timer)
  }

  #begin(request: FinishedRequest): void {
    const waiting = this.#waiting.get(request.id)
    this.#waiting.delete(request.id)
    if (!waiting?.answer || request.kind !== 'ok' || !request.selection || this.#closed) return
    if (request.model === waiting.judge.model || this.#running.size >= MAX_RUNNING) return
    const { judge, question, answer } = waiting
    const run = this.#ask(judge, question, answer, request).finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #ask(judge: JudgeConfig, question: string, answer: string, request: FinishedRequest): Promise<void> {
    const { score } = await this.#parts.verdicts.ask(judge, question, answer, this.#abort.signal)
    if (score !== undefined) this.#parts.onVerdict(request, score)
  }
}

/** Its client says who may see it: the judge's provider is not among those it has chosen. */
export function isPrivate({ own, body: { provider } }: Call): boolean {
  if (own !== undefined) return true
  if (!isObject(provider)) return false
  const { zdr, data_collection: collection, region, only, ignore } = provider
  const isNamed = [only, ignore].some((names) => Array.isArray(names) && names.length > 0)
  return zdr === true || collection === 'deny' || (region ?? undefined) !== undefined || isNamed
}
