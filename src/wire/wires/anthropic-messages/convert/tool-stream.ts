/**
 * Tool calls of a hub stream as content blocks. OpenAI's deltas may alternate between calls; Anthropic's blocks come
 * one after the other. So a call waits until the one before it has whole arguments.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import type { ToolCall } from '../../../tool-calls/call.ts'
import type { Piece, ToolCallTable } from '../../../tool-calls/table.ts'
import type { BlockWriter } from './block-writer.ts'
import { callTable } from './response-from-hub.ts'

/** A call as a block: what is not written yet waits. */
interface ToolBlock {
  readonly call: ToolCall
  waiting: string
  opened: boolean
}

export class ToolStream {
  readonly #writer: BlockWriter
  readonly #table: ToolCallTable
  readonly #blocks: ToolBlock[] = []
  /** Blocks before it are done. */
  #next = 0

  constructor(writer: BlockWriter, context: ConvertContext) {
    this.#writer = writer
    this.#table = callTable(context)
  }

  get count(): number {
    return this.#blocks.length
  }

  /** The open block is a call whose arguments are not whole yet: closing it would lose what is to come. */
  get unfinished(): boolean {
    const open = this.#blocks[this.#next]
    return open !== undefined && open === this.#writer.current && (!open.call.whole || open.waiting !== '')
  }

  /** One entry of `delta.tool_calls`; `place` among them. */
  add(entry: JsonObject, place?: number): void {
    const piece = this.#table.add(entry, place)
    if (!piece) return
    this.#take(piece)
    this.#advance(false)
  }

  /** The stream has ended: whatever waits is written. */
  finish(): void {
    for (const piece of this.#table.end()) this.#take(piece)
    this.#advance(true)
  }

  #take({ call, first, text }: Piece): void {
    if (first) this.#blocks.push({ call, waiting: '', opened: false })
    this.#blocks[call.number]!.waiting += text
  }

  #advance(ending: boolean): void {
    for (let block = this.#blocks[this.#next]; block; block = this.#blocks[++this.#next]) {
      // Another block took its place, which happens only when its arguments were whole.
      if (block.opened && this.#writer.current !== block) continue
      if (!block.opened) {
        const { id, name } = block.call
        this.#writer.open(block, { type: 'tool_use', id, name, input: {} })
        block.opened = true
      }
      if (block.waiting !== '') this.#writer.delta({ type: 'input_json_delta', partial_json: block.waiting })
      block.waiting = ''
      if (!ending && (!block.call.whole || this.#next === this.#blocks.length - 1)) return
    }
  }
}
