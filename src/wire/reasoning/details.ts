/** Reasoning in hub answers: plain text, OpenRouter's `reasoning_details`, and what tool calls carry. */
import type { JsonObject } from '../../plugins/api.ts'
import type { ConvertContext } from '../converter.ts'
import { isObject, stringOf } from '../untyped.ts'
import { REASONING_KEYS, reasoningText } from '../wires/openai-chat/spoken.ts'
import { type CallExtra, type Origin, type TextField, tokenOf } from './token.ts'

/** Reasoning of one message or delta that is plain text, and the field that it stood in. */
export function plainReasoning(message: JsonObject): { text: string; field: TextField } {
  const text = reasoningText(message)
  return { text, field: REASONING_KEYS.find((key) => message[key] === text) ?? 'thinking-parts' }
}

/** The extra of a call, `at` its place among the calls of the answer. */
export function callExtra(call: JsonObject, at: number): CallExtra | undefined {
  return isObject(call.extra_content) ? { id: stringOf(call.id), at, extra: call.extra_content } : undefined
}

/** The text of a detail that may be shown. */
export const shownText = (detail: JsonObject): string =>
  detail.type === 'reasoning.encrypted' ? '' : stringOf(detail.text) || stringOf(detail.summary)

/**
 * Fragments of a stream belong to one detail while index and type stay the same: their texts are joined, other fields
 * are the last one's.
 */
function addDetail(details: JsonObject[], detail: JsonObject): void {
  const last = details.at(-1)
  if (!last || last.type === 'reasoning.encrypted' || last.index !== detail.index || last.type !== detail.type) {
    details.push({ ...detail })
    return
  }
  for (const key in detail) {
    if (key === 'text' || key === 'summary') last[key] = stringOf(last[key]) + stringOf(detail[key])
    else if (detail[key] !== null && detail[key] !== undefined) last[key] = detail[key]
  }
}

/** What the next signature of the router's own has to carry. */
export class KeptOrigin {
  readonly #context: ConvertContext
  #field: TextField | undefined
  #details: JsonObject[] = []
  #extras: CallExtra[] = []

  constructor(context: ConvertContext) {
    this.#context = context
  }

  /** Nothing but text is kept, which goes without a signature where nobody sees it. */
  get isBare(): boolean {
    return this.#details.length + this.#extras.length === 0
  }

  get isEmpty(): boolean {
    return this.isBare && this.#field === undefined
  }

  /** Plain text stood in `field`. */
  plain(field: TextField): void {
    this.#field = field
  }

  detail(detail: JsonObject): void {
    this.#details.push(detail)
  }

  /** A detail of a stream, which may be a part of one. */
  fragment(detail: JsonObject): void {
    addDetail(this.#details, detail)
  }

  extra(extra: CallExtra): void {
    this.#extras.push(extra)
  }

  forgetDetails(): void {
    this.#details = []
  }

  /** The signature; nothing is kept after it. */
  token(): string {
    const origin: Origin = {
      maker: this.#context.maker,
      ...(this.#field && { field: this.#field }),
      ...(this.#details.length > 0 && { details: this.#details }),
      ...(this.#extras.length > 0 && { calls: this.#extras }),
    }
    this.#field = undefined
    this.#details = []
    this.#extras = []
    return tokenOf(origin)
  }
}
