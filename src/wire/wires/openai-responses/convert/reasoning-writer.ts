/**
 * Reasoning of a hub stream as reasoning items: what may be shown as summaries, and in `encrypted_content` the router's
 * own signature, by which its maker gets it back.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { callExtra, KeptOrigin, plainReasoning, shownText } from '../../../reasoning/details.ts'
import { objectOf, stringOf } from '../../../untyped.ts'
import { type ItemStatus, reasoningItem, summaryPart } from './output-items.ts'
import type { OpenItem, ResponseWriter } from './response-writer.ts'

export class ReasoningStream {
  readonly #writer: ResponseWriter
  readonly #kept: KeptOrigin
  readonly #idOf: (prefix: string) => string
  #calls = 0

  /** `idOf` makes the id of the next item. */
  constructor(writer: ResponseWriter, context: ConvertContext, idOf: (prefix: string) => string) {
    this.#writer = writer
    this.#kept = new KeptOrigin(context)
    this.#idOf = idOf
  }

  /** The reasoning in one delta. */
  add(delta: JsonObject): void {
    const details = objects(delta.reasoning_details)
    let shown = false
    for (const detail of details) {
      const text = shownText(detail)
      if (text !== '') this.#think(`${String(detail.type)} ${String(detail.index ?? '')}`, text)
      shown ||= text !== ''
      this.#kept.fragment(detail)
    }
    // OpenRouter says the same in both.
    if (shown) return
    const { text, field } = plainReasoning(delta)
    if (text === '') return
    this.#think('', text)
    this.#kept.plain(field)
  }

  /** An entry of `delta.tool_calls`, before its call is written. */
  call(entry: JsonObject): void {
    if (stringOf(objectOf(entry.function).name) !== '') this.#calls++
    const extra = callExtra(entry, Math.max(0, this.#calls - 1))
    if (extra) this.#kept.extra(extra)
  }

  /** Writes what is kept where no item of reasoning is open to carry it. */
  flush(): void {
    if (this.#kept.isBare || this.#writer.open instanceof ReasoningWriter) return
    this.#open()
    this.#writer.close()
  }

  #think(key: string, text: string): void {
    const { open } = this.#writer
    const item = open instanceof ReasoningWriter ? open : this.#open()
    item.think(key, text)
  }

  #open(): ReasoningWriter {
    this.#writer.close()
    return new ReasoningWriter(this.#writer, this.#idOf('rs'), this.#kept)
  }
}

class ReasoningWriter implements OpenItem {
  readonly #writer: ResponseWriter
  readonly #id: string
  readonly #index: number
  readonly #kept: KeptOrigin
  readonly #summary: JsonObject[] = []
  #key: string | undefined
  #text = ''

  constructor(writer: ResponseWriter, id: string, kept: KeptOrigin) {
    this.#writer = writer
    this.#id = id
    this.#index = writer.index
    this.#kept = kept
    writer.begin(this, reasoningItem(id, 'in_progress', [], null))
  }

  /** `key`: texts of one key belong to one part of the summary. */
  think(key: string, delta: string): void {
    if (this.#key !== key) {
      this.#endPart()
      this.#key = key
      this.#writer.emit('response.reasoning_summary_part.added', { ...this.#at(), part: summaryPart('') })
    }
    this.#text += delta
    this.#writer.emit('response.reasoning_summary_text.delta', { ...this.#at(), delta })
  }

  close(status: ItemStatus): JsonObject {
    this.#endPart()
    return reasoningItem(this.#id, status, this.#summary, this.#kept.token())
  }

  #at(): JsonObject {
    return { item_id: this.#id, output_index: this.#index, summary_index: this.#summary.length }
  }

  #endPart(): void {
    if (this.#key === undefined) return
    const part = summaryPart(this.#text)
    this.#writer.emit('response.reasoning_summary_text.done', { ...this.#at(), text: this.#text })
    this.#writer.emit('response.reasoning_summary_part.done', { ...this.#at(), part })
    this.#summary.push(part)
    this.#key = undefined
    this.#text = ''
  }
}
