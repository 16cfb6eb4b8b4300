import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from '../plugins/api.ts'
import type { AnswerHead, ClientSink, Explained } from '../routing/ports.ts'

/** In the last event of a stream. In a text its quotes would have backslashes. */
const LAST_EVENTS = ['"response.completed"', '"response.incomplete"'].map((text) => Buffer.from(text))
const NEWLINE = 0x0a

/** What is kept of answers. Its methods must not throw. */
export interface Keeper {
  /** Whether an answer that begins like this is to be kept. */
  isWanted(head: AnswerHead): boolean
  /** The answer, right before its end goes to the client. */
  take(response: JsonObject, head: AnswerHead): void
}

/** Looks at a Responses answer on its way to the client. */
export class KeepingSink implements ClientSink {
  readonly #sink: ClientSink
  readonly #stream: boolean
  readonly #keeper: Keeper
  /** Of an answer that is to be kept. */
  #head: AnswerHead | undefined

  constructor(sink: ClientSink, stream: boolean, keeper: Keeper) {
    this.#sink = sink
    this.#stream = stream
    this.#keeper = keeper
  }

  get closed(): boolean {
    return this.#sink.closed
  }

  onClose(listener: () => void): void {
    this.#sink.onClose(listener)
  }

  explain(run: Explained): void {
    this.#sink.explain?.(run)
  }

  keepAlive(bytes: Buffer, generationId: string): void {
    this.#sink.keepAlive(bytes, generationId)
  }

  start(head: AnswerHead): void {
    if (this.#keeper.isWanted(head)) this.#head = head
    this.#sink.start(head)
  }

  write(bytes: Buffer): boolean {
    this.#look(bytes)
    return this.#sink.write(bytes)
  }

  onDrain(listener: () => void): void {
    this.#sink.onDrain(listener)
  }

  end(bytes?: Buffer): void {
    if (bytes) this.#look(bytes)
    this.#sink.end(bytes)
  }

  abort(): void {
    this.#sink.abort()
  }

  /** Events are only ever passed on whole. */
  #look(bytes: Buffer): void {
    const head = this.#head
    if (!head) return
    const response = this.#stream ? lastEvent(bytes)?.response : parse(bytes.toString())
    if (isObject(response) && response.object === 'response') this.#keeper.take(response, head)
  }
}

function lastEvent(bytes: Buffer): JsonObject | undefined {
  for (const mark of LAST_EVENTS) {
    const at = bytes.indexOf(mark)
    if (at < 0) continue
    const start = bytes.lastIndexOf(NEWLINE, at) + 1
    const end = bytes.indexOf(NEWLINE, at)
    const line = bytes.toString('utf8', start, end < 0 ? bytes.length : end)
    return parse(line.slice(line.indexOf('{')))
  }
  return undefined
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
