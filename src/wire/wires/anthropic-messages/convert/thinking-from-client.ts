/**
 * Thinking blocks of a messages client's history as the reasoning of a hub message, in the form in which its maker gave
 * it. What the router signed for another maker is left out; what nobody signed is taken for plain text of the maker
 * that is asked.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import {
  type CallExtra,
  isToken,
  madeBy,
  type Origin,
  readToken,
  type TextField,
  writtenBy,
} from '../../../reasoning/token.ts'
import { stringOf } from '../../../untyped.ts'
import { detailOf } from './reasoning.ts'

export class AssistantThinking {
  readonly #options: HubOptions
  readonly #details: JsonObject[] = []
  readonly #extras: CallExtra[] = []
  #field: TextField = 'reasoning_content'
  #text = ''

  constructor(options: HubOptions) {
    this.#options = options
  }

  /** False for a block that is none of thinking. */
  take(block: JsonObject): boolean {
    const detail = detailOf(block, this.#details.length)
    if (!detail) return false
    const signature = block.type === 'thinking' ? block.signature : block.data
    if (isToken(signature)) this.#own(stringOf(block.thinking), readToken(signature))
    else if (block.type === 'thinking' && stringOf(signature) === '')
      this.#addText(stringOf(block.thinking), this.#options.extensions ? 'reasoning' : 'reasoning_content')
    // Claude's own: only a reader of OpenRouter's extensions knows what to do with it.
    else if (this.#options.extensions) this.#details.push(detail)
    return true
  }

  /** True when there is something that stands for a turn by itself. */
  get speaks(): boolean {
    return this.#details.length > 0
  }

  /** Fields of the hub message. */
  fields(): JsonObject {
    return {
      ...(this.#text === '' || this.#field === 'thinking-parts' ? {} : { [this.#field]: this.#text }),
      ...(this.#details.length > 0 ? { reasoning_details: this.#details } : {}),
    }
  }

  /** The content with the reasoning in it, where its maker has it there. */
  content(texts: readonly JsonObject[]): readonly JsonObject[] | undefined {
    if (this.#text === '' || this.#field !== 'thinking-parts') return undefined
    return [{ type: 'thinking', thinking: [{ type: 'text', text: this.#text }] }, ...texts]
  }

  /** The calls with what their maker wants back of them. */
  calls(calls: readonly JsonObject[]): readonly JsonObject[] {
    if (this.#extras.length === 0) return calls
    return calls.map((call, at) => {
      const extra =
        this.#extras.find(({ id }) => id !== '' && id === call.id) ?? this.#extras.find((entry) => entry.at === at)
      return extra ? { ...call, extra_content: extra.extra } : call
    })
  }

  #own(text: string, origin: Origin | undefined): void {
    const { maker } = this.#options
    if (!origin || maker === undefined) return
    if (origin.field && writtenBy(origin, maker)) this.#addText(text, origin.field)
    if (!madeBy(origin, maker)) return
    this.#details.push(...(origin.details ?? []))
    this.#extras.push(...(origin.calls ?? []))
  }

  #addText(text: string, field: TextField): void {
    this.#field = field
    this.#text += text
  }
}
