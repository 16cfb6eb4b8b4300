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
  readonly id: string
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
    const open = this.#calls.find((call) => call === this.#writer.current)
    return open !== undefined && !isWhole(open)
  }

  /** One entry of `delta.tool_calls`. */
  add(entry: JsonObject): void {
    const target = objectOf(entry.function)
    const call = this.#callOf(numberOf(entry.index), stringOf(entry.id))
    call.name ||= stringOf(target.name)
    call.waiting +=
      typeof target.arguments === 'object' && target.arguments !== null ? JSON.stringify(target.arguments) : stringOf(target.arguments)
    this.#advance(false)
  }

  /** The stream has ended: whatever waits is written. */
  finish(): void {
    this.#advance(true)
  }

  /** Some servers give every call the index 0, or none, and tell them apart by id only. */
  #callOf(given: number | undefined, id: string): ToolCall {
    const known = given === undefined ? this.#calls.findLast((call) => id === '' || call.id === id) : this.#byIndex.get(given)
    if (known && (id === '' || known.id === '' || known.id === id)) return known
    const call: ToolCall = { id, position: this.#calls.length, name: '', written: '', waiting: '', state: 'waiting' }
    this.#calls.push(call)
    this.#byIndex.set(given ?? call.position, call)
    return call
  }

  #advance(ending: boolean): void {
    for (const call of this.#calls) {
      // Another block took the place of this one, which happens only when its arguments were whole, or at the end.
      if (call.state === 'open' && this.#writer.current !== call) call.state = 'done'
      if (call.state === 'waiting' && (ending || (call.name !== '' && !this.unfinished))) this.#start(call)
      if (call.state === 'waiting') return
      if (call.state === 'open') this.#write(call)
    }
  }

  #start(call: ToolCall): void {
    const id = toolIdOf(call.id, this.#context, call.position)
    this.#writer.open(call, { type: 'tool_use', id, name: call.name, input: {} })
    call.state = 'open'
  }

  #write(call: ToolCall): void {
    if (call.waiting !== '') this.#writer.delta({ type: 'input_json_delta', partial_json: call.waiting })
    call.written += call.waiting
    call.waiting = ''
  }
}

const isWhole = (call: ToolCall): boolean => call.written !== '' && parseObject(call.written) !== undefined
