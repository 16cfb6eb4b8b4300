import type { JsonObject, TextRule } from '../../plugins/api.ts'
import { toolNames } from '../tool-calls/offered.ts'
import { digest, fits } from './text-rule.ts'

/** Characters that tell apart names which are alike once they are shortened. */
const SUFFIX = 8

const NONE: ReadonlySet<string> = new Set()

/** Names of tools as the upstream takes them, and the way back. */
export class ToolNames {
  readonly #rule: TextRule
  readonly #request: JsonObject
  /** Names that the client gave; collected when the first of them has to be replaced. */
  #taken: ReadonlySet<string> | undefined
  #sent: Map<string, string> | undefined
  #changed: Map<string, string> | undefined

  constructor(rule: TextRule, request: JsonObject) {
    this.#rule = rule
    this.#request = request
  }

  /** From the upstream's name to the client's, of those that were changed; undefined when none was. */
  get changed(): ReadonlyMap<string, string> | undefined {
    return this.#changed
  }

  readonly to = (name: string): string => {
    if (fits(name, this.#rule)) return name
    const known = this.#sent?.get(name)
    if (known !== undefined) return known
    const sent = this.#replacement(name)
    this.#sent ??= new Map()
    this.#sent.set(name, sent)
    this.#changed ??= new Map()
    this.#changed.set(sent, name)
    return sent
  }

  /** As readable as it can be: the model chooses tools by their names too. */
  #replacement(name: string): string {
    this.#taken ??= toolNames(this.#request) ?? NONE
    const readable = name.replace(new RegExp(`[^${this.#rule.characters}]`, 'g'), '_')
    if (
      readable !== '' &&
      readable.length <= this.#rule.maxLength &&
      !this.#taken.has(readable) &&
      !this.#changed?.has(readable)
    )
      return readable
    return `${readable.slice(0, this.#rule.maxLength - SUFFIX - 1)}_${digest(name, SUFFIX)}`
  }
}
