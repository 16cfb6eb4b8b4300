/** Tool calls of a hub stream as call items, each in the form in which the client offered its tool. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import type { CallWriter, WrittenCall } from '../../../tool-calls/sequence.ts'
import { CustomInputReader } from './custom-input.ts'
import { type CalledTool, callItem, callPrefix, type ItemStatus } from './output-items.ts'
import type { OpenItem, ResponseWriter } from './response-writer.ts'
import { type ToolTable, toolTable } from './tool-names.ts'

export class CallsWriter implements CallWriter {
  readonly #writer: ResponseWriter
  readonly #context: ConvertContext
  readonly #idOf: (prefix: string) => string
  #tools: ToolTable | undefined
  #current: { readonly written: WrittenCall; readonly item: CallItem } | undefined

  /** `idOf` makes the id of the next item. */
  constructor(writer: ResponseWriter, context: ConvertContext, idOf: (prefix: string) => string) {
    this.#writer = writer
    this.#context = context
    this.#idOf = idOf
  }

  get current(): unknown {
    return this.#current?.item === this.#writer.open ? this.#current?.written : undefined
  }

  begin(written: WrittenCall): void {
    this.#writer.close()
    this.#tools ??= toolTable(this.#context.request)
    const { id: callId, name } = written.call
    const tool = this.#tools.get(name)
    const called = { id: this.#idOf(callPrefix(tool)), callId, name, tool }
    const item = tool?.custom ? new CustomCallItem(this.#writer, called) : new FunctionCallItem(this.#writer, called)
    this.#current = { written, item }
  }

  more(_written: WrittenCall, text: string): void {
    this.#current!.item.more(text)
  }
}

abstract class CallItem implements OpenItem {
  protected readonly writer: ResponseWriter
  protected readonly called: CalledTool
  readonly #index: number

  constructor(writer: ResponseWriter, called: CalledTool) {
    this.writer = writer
    this.called = called
    this.#index = writer.index
    writer.begin(this, callItem(called, 'in_progress', ''))
  }

  abstract more(text: string): void
  abstract close(status: ItemStatus): JsonObject

  protected emit(type: string, body: JsonObject): void {
    this.writer.emit(type, { item_id: this.called.id, output_index: this.#index, ...body })
  }
}

class FunctionCallItem extends CallItem {
  #text = ''

  more(delta: string): void {
    this.#text += delta
    this.emit('response.function_call_arguments.delta', { delta })
  }

  close(status: ItemStatus): JsonObject {
    // No arguments are an empty object.
    if (this.#text.trim() === '') this.more('{}')
    const item = callItem(this.called, status, this.#text.trim() === '{}' ? '{}' : this.#text)
    this.emit('response.function_call_arguments.done', { name: item.name, arguments: item.arguments })
    return item
  }
}

/** Its input is a text within the arguments of its function. */
class CustomCallItem extends CallItem {
  readonly #input = new CustomInputReader()

  more(text: string): void {
    this.#delta(this.#input.feed(text))
  }

  close(status: ItemStatus): JsonObject {
    this.#delta(this.#input.end())
    const { input } = this.#input
    this.emit('response.custom_tool_call_input.done', { input })
    return callItem(this.called, status, input)
  }

  #delta(delta: string): void {
    if (delta !== '') this.emit('response.custom_tool_call_input.delta', { delta })
  }
}
