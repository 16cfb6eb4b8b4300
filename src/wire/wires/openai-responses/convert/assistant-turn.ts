/** Neighbouring items of the assistant as one hub message. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { GivenReasoning } from '../../../reasoning/given.ts'
import { isToken } from '../../../reasoning/token.ts'
import { stringOf } from '../../../untyped.ts'
import { shortContent } from '../../openai-chat/parts.ts'

export class AssistantTurn {
  readonly #extensions: boolean
  readonly #reasoning: GivenReasoning
  readonly #texts: JsonObject[] = []
  readonly #calls: JsonObject[] = []

  constructor(options: HubOptions) {
    this.#extensions = options.extensions ?? false
    this.#reasoning = new GivenReasoning(options)
  }

  /** Reasoning that the router did not sign was made elsewhere, and cannot be read here. */
  reason({ summary, encrypted_content }: JsonObject): void {
    if (!isToken(encrypted_content)) return
    const text = objects(summary).map((part) => stringOf(part.text))
    this.#reasoning.signed(text.join('\n\n'), encrypted_content)
  }

  say(parts: readonly JsonObject[]): void {
    this.#texts.push(...parts)
  }

  call(call: JsonObject): void {
    this.#calls.push(call)
  }

  /** Undefined for a turn of nothing but reasoning, which other makers do not take. */
  end(): JsonObject | undefined {
    const reasoning = this.#reasoning
    if (this.#texts.length === 0 && this.#calls.length === 0 && !reasoning.speaks) return undefined
    const content = reasoning.content(this.#texts) ?? shortContent(this.#texts, this.#extensions)
    return {
      role: 'assistant',
      content: this.#texts.length === 0 && content === '' ? null : content,
      ...reasoning.fields(),
      ...(this.#calls.length > 0 && { tool_calls: reasoning.calls(this.#calls) }),
    }
  }
}
