/**
 * Tool calls of a hub stream as content blocks. OpenAI's deltas name their call by index and may alternate; Anthropic's blocks come one
 * after the other. So a call waits until the one before it has whole arguments.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { numberOf, objectOf, parseObject, stringOf } from '../read.ts'
import type { ConvertContext } from '../types.ts'
import type { BlockWriter } from './block-writer.ts'
import { toolIdOf } from './response-from-hub.ts'

interface ToolCall {
  readonly id: unknown
  readonly position: number
  name: string
  written: string
  waiting: string
  state: 'waiting' | 'open' | 'done'
}

export class ToolStream {
  readonly #writer: BlockWriter
  readonly #context: ConvertContext
  readonly #calls: ToolCall[] = []
  readonly #byIndex = new Map<number, ToolCall>()

  constructor(writer: BlockWriter, context: ConvertContext) {
    this.#writer = writer
    this.#context = context
  }

  get count(): number {
    return this.#calls.length
  }

  /** The open block is a call whose arguments are not whole yet: closing it would lose what is to come. */
  get unfinished(): boolean {
    const open = this.#calls.find((call) => call.state === 'open')
    return open !== undefined && this.#writer.current === open && !isWhole(open)
  }

  /** One entry of `delta.tool_calls`. */
  add(entry: JsonObject): void {
    const target = objectOf(entry.function)
    const index = numberOf(entry.index) ?? Math.max(0, this.#calls.length - (stringOf(entry.id) ? 0 : 1))
    const call = this.#callAt(index, entry.id)
    call.name ||= stringOf(target.name)
    call.waiting +=
      typeof target.arguments === 'object' && target.arguments !== null ? JSON.stringify(target.arguments) : stringOf(target.arguments)
    this.#advance(false)
  }

  /** The stream has ended: whatever waits is written. */
  finish(): void {
    this.#advance(true)
  }

  /** Some servers give every call the index 0, and tell them apart by id only. */
  #callAt(index: number, id: unknown): ToolCall {
    const known = this.#byIndex.get(index)
    if (known && (!stringOf(id) || !stringOf(known.id) || known.id === id)) return known
    const call: ToolCall = { id, position: this.#calls.length, name: '', written: '', waiting: '', state: 'waiting' }
    this.#calls.push(call)
    this.#byIndex.set(index, call)
    return call
  }

  #advance(ending: boolean): void {
    for (const call of this.#calls) {
      if (call.state === 'done') continue
      // Another block took the place of this one, which happens only when its arguments were whole.
      if (call.state === 'open' && this.#writer.current !== call) call.state = 'done'
      if (call.state === 'waiting' && (ending || (call.name !== '' && !this.unfinished))) {
        const block = { type: 'tool_use', id: toolIdOf(call.id, this.#context, call.position), name: call.name, input: {} }
        this.#writer.open(call, block)
        call.state = 'open'
      }
      if (call.state !== 'open') return
      if (call.waiting !== '') this.#writer.delta({ type: 'input_json_delta', partial_json: call.waiting })
      call.written += call.waiting
      call.waiting = ''
    }
  }
}

const isWhole = (call: ToolCall): boolean => call.written !== '' && parseObject(call.written) !== undefined
