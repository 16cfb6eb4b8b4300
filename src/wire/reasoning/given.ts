/**
 * Reasoning of one assistant's turn as a client gave it back, in the form in which its maker gave it: what the router
 * signed for another maker is left out.
 */
import type { JsonObject } from '../../plugins/api.ts'
import type { HubOptions } from '../converter.ts'
import { type CallExtra, madeBy, readToken, type TextField, writtenBy } from './token.ts'

export class GivenReasoning {
  readonly #maker: string | undefined
  readonly #details: JsonObject[] = []
  readonly #extras: CallExtra[] = []
  #field: TextField = 'reasoning_content'
  #text = ''

  constructor({ maker }: HubOptions) {
    this.#maker = maker
  }

  /** Details so far. */
  get count(): number {
    return this.#details.length
  }

  /** True when there is something that stands for a turn by itself. */
  get speaks(): boolean {
    return this.#details.length > 0
  }

  /** Text with the router's own signature, which says whose it is. */
  signed(text: string, token: string): void {
    const origin = readToken(token)
    if (!origin || this.#maker === undefined) return
    if (origin.field && writtenBy(origin, this.#maker)) this.plain(text, origin.field)
    if (!madeBy(origin, this.#maker)) return
    this.#details.push(...(origin.details ?? []))
    this.#extras.push(...(origin.calls ?? []))
  }

  plain(text: string, field: TextField): void {
    this.#field = field
    this.#text += text
  }

  detail(detail: JsonObject): void {
    this.#details.push(detail)
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
}
