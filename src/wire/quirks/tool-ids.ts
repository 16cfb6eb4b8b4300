import type { Quirks } from '../../plugins/api.ts'
import { digest, fits } from './text-rule.ts'

/** Characters of a replaced id, where that many are taken. */
const LENGTH = 24

/**
 * Ids of one conversation's tool calls as the upstream takes them. Many servers say `call_0` in every turn, some twice
 * in one, or give no id at all; results belong to the calls of the turn before them, in order.
 */
export class ToolIds {
  readonly #rule: NonNullable<Quirks['toolIds']>
  readonly #used = new Set<string>()
  /** Calls of this turn that wait for their result, by the client's id. */
  #waiting = new Map<string, string[]>()

  constructor(rule: NonNullable<Quirks['toolIds']>) {
    this.#rule = rule
  }

  /** An assistant's turn begins. */
  turn(): void {
    if (this.#waiting.size > 0) this.#waiting = new Map()
  }

  /** Of a call in the assistant's turn. */
  call(id: string): string {
    let out = this.#fit(id)
    // Deterministic, so that the next request of the conversation says the same.
    for (let n = 2; this.#rule.unique && this.#used.has(out); n++) out = this.#replacement(`${id} ${n}`)
    this.#used.add(out)
    const waiting = this.#waiting.get(id)
    if (waiting) waiting.push(out)
    else this.#waiting.set(id, [out])
    return out
  }

  /** Of a result. The last id stays: a second result of one call is the client's mistake, and remains one. */
  result(id: string): string {
    const waiting = this.#waiting.get(id)
    if (!waiting) return this.#fit(id)
    return waiting.length > 1 ? waiting.shift()! : waiting[0]!
  }

  #fit(id: string): string {
    return fits(id, this.#rule) ? id : this.#replacement(id)
  }

  #replacement(id: string): string {
    return digest(id, Math.min(LENGTH, this.#rule.maxLength))
  }
}
