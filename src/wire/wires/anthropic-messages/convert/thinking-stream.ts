/** Reasoning of a hub stream as thinking blocks, each closed by its signature. See `thinking-to-client.ts`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import type { CallExtra, Origin } from '../../../reasoning/token.ts'
import { isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import type { BlockWriter } from './block-writer.ts'
import { isClaudes } from './reasoning.ts'
import {
  addDetail,
  callExtra,
  isClaudesBlock,
  makerToken,
  plainReasoning,
  shownText,
  signatureOf,
} from './thinking-to-client.ts'

type Kept = { -readonly [Key in keyof Omit<Origin, 'maker'>]: Origin[Key] }

export class ThinkingStream {
  readonly #writer: BlockWriter
  readonly #context: ConvertContext
  /** What the next signature of our own has to carry. */
  #kept: Kept = {}
  #details: JsonObject[] = []
  #extras: CallExtra[] = []
  #calls = 0
  /** Claude's, of the block that is about to close. */
  #signature: string | undefined

  constructor(writer: BlockWriter, context: ConvertContext) {
    this.#writer = writer
    this.#context = context
  }

  /** The reasoning in one delta. */
  add(delta: JsonObject): void {
    const details = listOf(delta.reasoning_details).filter(isObject)
    for (const detail of details) this.#detail(detail)
    // OpenRouter says the same in both.
    if (details.some((detail) => shownText(detail) !== '' || isClaudes(detail))) return
    const { text, field } = plainReasoning(delta)
    if (text === '') return
    this.#think('reasoning', text)
    this.#kept.field = field
  }

  /** An entry of `delta.tool_calls`, before its block is written. */
  call(entry: JsonObject): void {
    if (stringOf(objectOf(entry.function).name) !== '') this.#calls++
    const extra = callExtra(entry, Math.max(0, this.#calls - 1))
    if (extra) this.#extras.push(extra)
  }

  /** Writes what is kept where no block of thinking is open to carry it. Closes the open block. */
  flush(): void {
    if (this.#details.length + this.#extras.length === 0 || this.#isOpen()) return
    this.#writer.open(this.#extras, { type: 'redacted_thinking', data: this.#token() })
    this.#writer.close()
  }

  #detail(detail: JsonObject): void {
    if (isClaudesBlock(detail)) {
      this.#writer.open(detail, { type: 'redacted_thinking', data: detail.data })
      this.#writer.close()
      return
    }
    const text = shownText(detail)
    const signature = signatureOf(detail)
    if (text !== '' || signature !== '') this.#think(`reasoning ${String(detail.index ?? '')}`, text)
    if (signature === '') {
      addDetail(this.#details, detail)
      return
    }
    this.#details = []
    this.#signature = signature
    this.#writer.close()
  }

  #think(key: string, text: string): void {
    this.#writer.open(key, { type: 'thinking', thinking: '', signature: '' }, this.#sign)
    if (text !== '') this.#writer.delta({ type: 'thinking_delta', thinking: text })
  }

  #isOpen(): boolean {
    return typeof this.#writer.current === 'string' && this.#writer.current.startsWith('reasoning')
  }

  /** The signature is the last of a block. */
  readonly #sign = (): JsonObject => {
    const signature = this.#signature ?? this.#token()
    this.#signature = undefined
    return { type: 'signature_delta', signature }
  }

  #token(): string {
    const origin = {
      ...this.#kept,
      ...(this.#details.length > 0 ? { details: this.#details } : {}),
      ...(this.#extras.length > 0 ? { calls: this.#extras } : {}),
    }
    this.#kept = {}
    this.#details = []
    this.#extras = []
    return makerToken(this.#context, origin)
  }
}
