import type { JsonObject } from '../../plugins/api.ts'
import { isJson } from '../tool-calls/offered.ts'
import { isObject } from '../untyped.ts'
import type { Meter, TextJudge } from './meter.ts'

/** Characters that are kept; a longer answer is not judged. */
const MAX_KEPT = 1024 * 1024

/** True when the request, in any wire, demands JSON as its answer. */
export const wantsJson = ({
  response_format,
  text,
  output_config,
  output_format,
  generationConfig,
}: JsonObject): boolean =>
  isJsonFormat(response_format) ||
  isJsonFormat(inner(text)) ||
  isJsonFormat(inner(output_config)) ||
  isJsonFormat(output_format) ||
  (isObject(generationConfig) && generationConfig.responseMimeType === 'application/json')

const inner = (value: unknown): unknown => (isObject(value) ? value.format : undefined)
const isJsonFormat = (format: unknown): boolean =>
  isObject(format) && (format.type === 'json_schema' || format.type === 'json_object')

/** What is wrong with an answer that had to be JSON. No text at all (a refusal, a tool call) is not this fault. */
export const jsonProblem = (text: string): string | undefined =>
  isJson(text) ? undefined : 'the answer is not JSON, although the request demands it (response_format)'

/** An answer that stopped for another reason need not be whole: its length, a tool call. */
export const isComplete = ({ finishReason }: Meter): boolean => finishReason === undefined || finishReason === 'stop'

/** What a JSON value may begin with. */
const BEGINS_AS_JSON = /^\s*(?:[[{"\d\-tfn]|$)/

/** Follows the text of a stream that has to be JSON. */
export class DemandedJson implements TextJudge {
  /** Text may come before a tool call, so that it is judged at the end only. */
  readonly #hasTools: boolean
  readonly #pieces: string[] = []
  #chars = 0
  #begun = false
  #beginsWrong = false
  #judged: { readonly problem: string | undefined } | undefined

  constructor({ tools }: JsonObject) {
    this.#hasTools = Array.isArray(tools) && tools.length > 0
  }

  add(text: string): void {
    this.#chars += text.length
    if (this.#chars > MAX_KEPT) {
      this.#pieces.length = 0
      return
    }
    this.#pieces.push(text)
    if (this.#begun || text.trim() === '') return
    this.#begun = true
    this.#beginsWrong = !BEGINS_AS_JSON.test(text)
  }

  problem(meter: Meter): string | undefined {
    if (!isComplete(meter) || this.#chars > MAX_KEPT) return undefined
    if (!meter.finished) return this.#beginsWrong && !this.#hasTools ? jsonProblem('-') : undefined
    this.#judged ??= { problem: jsonProblem(this.#pieces.join('')) }
    return this.#judged.problem
  }
}
