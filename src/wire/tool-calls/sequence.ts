/**
 * Tool calls of a hub stream one after the other. OpenAI's deltas may alternate between calls; clients of other wires
 * follow one at a time. So a call waits until the one before it has whole arguments.
 */
import type { JsonObject } from '../../plugins/api.ts'
import type { ToolCall } from './call.ts'
import type { Piece, ToolCallTable } from './table.ts'

/** Writes one call at a time: beginning one ends what was open. */
export interface CallWriter {
  /** What is being written, a call or something else. */
  readonly current: unknown
  /** From now on `written` is current. */
  begin(written: WrittenCall): void
  more(written: WrittenCall, text: string): void
}

/** A call as it is written: what is not written yet waits. */
export interface WrittenCall {
  readonly call: ToolCall
  waiting: string
  opened: boolean
}

export class CallSequence {
  readonly #writer: CallWriter
  readonly #table: ToolCallTable
  readonly #calls: WrittenCall[] = []
  /** Calls before it are done. */
  #next = 0

  constructor(writer: CallWriter, table: ToolCallTable) {
    this.#writer = writer
    this.#table = table
  }

  get count(): number {
    return this.#calls.length
  }

  /** A call is being written whose arguments are not whole yet: ending it would lose what is to come. */
  get unfinished(): boolean {
    const open = this.#calls[this.#next]
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
    if (first) this.#calls.push({ call, waiting: '', opened: false })
    this.#calls[call.number]!.waiting += text
  }

  #advance(ending: boolean): void {
    for (let written = this.#calls[this.#next]; written; written = this.#calls[++this.#next]) {
      // Something else took its place, which happens only when its arguments were whole.
      if (written.opened && this.#writer.current !== written) continue
      if (!written.opened) {
        this.#writer.begin(written)
        written.opened = true
      }
      if (written.waiting !== '') this.#writer.more(written, written.waiting)
      written.waiting = ''
      if (!ending && (!written.call.whole || this.#next === this.#calls.length - 1)) return
    }
  }
}
