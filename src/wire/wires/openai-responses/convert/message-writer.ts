/** What the model says, as a message item: parts of text and refusal, each added, filled and done. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { type ItemStatus, messageItem, outputText, refusalPart } from './output-items.ts'
import type { OpenItem, ResponseWriter } from './response-writer.ts'

const NO_LOGPROBS: readonly unknown[] = []

export class MessageWriter implements OpenItem {
  readonly #writer: ResponseWriter
  readonly #id: string
  readonly #index: number
  readonly #parts: JsonObject[] = []
  #kind: 'output_text' | 'refusal' | undefined
  #text = ''
  #annotations: JsonObject[] = []
  #logprobs: unknown[] = []

  constructor(writer: ResponseWriter, id: string) {
    this.#writer = writer
    this.#id = id
    this.#index = writer.index
    writer.begin(this, messageItem(id, 'in_progress', []))
  }

  text(delta: string, logprobs: readonly unknown[] = NO_LOGPROBS): void {
    this.#part('output_text')
    this.#text += delta
    if (logprobs.length > 0) this.#logprobs.push(...logprobs)
    this.#writer.emit('response.output_text.delta', { ...this.#at(), delta, logprobs })
  }

  refusal(delta: string): void {
    this.#part('refusal')
    this.#text += delta
    this.#writer.emit('response.refusal.delta', { ...this.#at(), delta })
  }

  annotate(annotation: JsonObject): void {
    this.#part('output_text')
    const annotation_index = this.#annotations.push(annotation) - 1
    this.#writer.emit('response.output_text.annotation.added', { ...this.#at(), annotation_index, annotation })
  }

  close(status: ItemStatus): JsonObject {
    if (this.#parts.length === 0) this.#part('output_text')
    this.#endPart()
    return messageItem(this.#id, status, this.#parts)
  }

  #at(): JsonObject {
    return { item_id: this.#id, output_index: this.#index, content_index: this.#parts.length }
  }

  #part(kind: 'output_text' | 'refusal'): void {
    if (this.#kind === kind) return
    this.#endPart()
    this.#kind = kind
    const part = kind === 'refusal' ? refusalPart('') : outputText('')
    this.#writer.emit('response.content_part.added', { ...this.#at(), part })
  }

  #endPart(): void {
    if (this.#kind === undefined) return
    const text = this.#text
    const isRefusal = this.#kind === 'refusal'
    const part = isRefusal ? refusalPart(text) : outputText(text, this.#annotations, this.#logprobs)
    if (isRefusal) this.#writer.emit('response.refusal.done', { ...this.#at(), refusal: text })
    else this.#writer.emit('response.output_text.done', { ...this.#at(), text, logprobs: this.#logprobs })
    this.#writer.emit('response.content_part.done', { ...this.#at(), part })
    this.#parts.push(part)
    this.#kind = undefined
    this.#text = ''
    this.#annotations = []
    this.#logprobs = []
  }
}
