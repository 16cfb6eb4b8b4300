/** Reasoning of a hub stream as thinking blocks, each closed by its signature. See `thinking-to-client.ts`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { callExtra, KeptOrigin, plainReasoning, shownText } from '../../../reasoning/details.ts'
import { isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import type { BlockWriter } from './block-writer.ts'
import { isClaudes } from './reasoning.ts'
import { isClaudesBlock, signatureOf } from './thinking-to-client.ts'

export class ThinkingStream {
  readonly #writer: BlockWriter
  readonly #kept: KeptOrigin
  #calls = 0
  /** Claude's, of the block that is about to close. */
  #signature: string | undefined

  constructor(writer: BlockWriter, context: ConvertContext) {
    this.#writer = writer
    this.#kept = new KeptOrigin(context)
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
    this.#kept.plain(field)
  }

  /** An entry of `delta.tool_calls`, before its block is written. */
  call(entry: JsonObject): void {
    if (stringOf(objectOf(entry.function).name) !== '') this.#calls++
    const extra = callExtra(entry, Math.max(0, this.#calls - 1))
    if (extra) this.#kept.extra(extra)
  }

  /** Writes what is kept where no block of thinking is open to carry it. Closes the open block. */
  flush(): void {
    if (this.#kept.isBare || this.#isOpen()) return
    this.#writer.open(this.#kept, { type: 'redacted_thinking', data: this.#kept.token() })
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
      this.#kept.fragment(detail)
      return
    }
    this.#kept.forgetDetails()
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
    const signature = this.#signature ?? this.#kept.token()
    this.#signature = undefined
    return { type: 'signature_delta', signature }
  }
}
