import type { JsonObject } from '../../../plugins/api.ts'
import { toolInput } from '../../json-text.ts'
import { finishText, Meter, objects } from '../../read/meter.ts'
import { toolNames } from '../../tool-calls/offered.ts'
import { isErrorGiven, isObject, objectOf, stringOf } from '../../untyped.ts'
import { ollamaUsage } from './usage.ts'

/** Reads `ollama-chat`: a whole answer is one line that is the last at once. */
export class OllamaChatMeter extends Meter {
  readonly #known: ReadonlySet<string> | undefined

  constructor(request: JsonObject) {
    super()
    this.#known = toolNames(request)
  }

  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    if (isErrorGiven(data.error)) {
      this.errorText = JSON.stringify(data)
      return
    }
    const message = objectOf(data.message)
    this.output(message.content)
    this.output(message.thinking)
    this.json?.add(stringOf(message.content))
    for (const call of objects(message.tool_calls)) this.#called(objectOf(call.function))
    if (data.done === true) this.#end(data)
  }

  whole(body: JsonObject): void {
    if (!isObject(body.message) && !isErrorGiven(body.error)) {
      this.malformed = 'the answer has no message'
      return
    }
    // One that does not say that it is done is all there is, too.
    this.event(undefined, body.done === undefined ? { ...body, done: true } : body)
  }

  #called({ name, arguments: given }: JsonObject): void {
    this.started = true
    this.toolCalls++
    const tool = stringOf(name)
    if (tool === '') this.invalidOutput ??= 'a tool call has no name'
    else if (this.#known && !this.#known.has(tool))
      this.invalidOutput ??= `it called the tool "${tool.slice(0, 100)}", which the request does not offer`
    else if (toolInput(given) === undefined)
      this.invalidOutput ??= `the arguments of its call of "${tool.slice(0, 100)}" are not an object`
  }

  #end(data: JsonObject): void {
    const usage = ollamaUsage(data)
    if (usage) this.usage = usage
    this.finish(finishReason(data.done_reason, this.toolCalls > 0))
    this.done()
  }
}

/** `done_reason` as OpenAI's. A model that was only loaded or unloaded has stopped without a word. */
export function finishReason(given: unknown, hasCalls: boolean): string {
  const reason = finishText(given) ?? 'stop'
  if (reason === 'length') return reason
  if (hasCalls) return 'tool_calls'
  return reason === 'load' || reason === 'unload' ? 'stop' : reason
}
