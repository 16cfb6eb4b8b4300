import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from '../plugins/api.ts'
import { PassingSink } from '../routing/passing-sink.ts'
import type { AnswerHead, ClientSink } from '../routing/ports.ts'

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
export class KeepingSink extends PassingSink {
  readonly #stream: boolean
  readonly #keeper: Keeper
  /** Of an answer that is to be kept. */
  #head: AnswerHead | undefined

  constructor(sink: ClientSink, stream: boolean, keeper: Keeper) {
    super(sink)
    this.#stream = stream
    this.#keeper = keeper
  }

  override start(head: AnswerHead): void {
    if (this.#keeper.isWanted(head)) this.#head = head
    super.start(head)
  }

  override write(bytes: Buffer): boolean {
    this.#look(bytes)
    return super.write(bytes)
  }

  override end(bytes?: Buffer): void {
    if (bytes) this.#look(bytes)
    super.end(bytes)
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
