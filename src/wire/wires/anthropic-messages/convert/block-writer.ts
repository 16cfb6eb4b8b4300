/**
 * Writes content blocks in Anthropic's order: one open at a time, numbered from 0, each started, filled and stopped.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { OutEvent } from '../../../converter.ts'
import type { CallWriter, WrittenCall } from '../../../tool-calls/sequence.ts'

export const anthropicEvent = (type: string, body: JsonObject = {}): OutEvent => ({
  event: type,
  data: { type, ...body },
})

export class BlockWriter implements CallWriter {
  #out: OutEvent[] = []
  #index = -1
  #open: unknown
  #last: (() => JsonObject) | undefined

  /** What the open block is to its writer; undefined when none is open. */
  get current(): unknown {
    return this.#open
  }

  /**
   * Opens `block` unless the open one is `key` already; closes the one before. `last`: makes its last delta, when it is
   * closed.
   */
  open(key: unknown, block: JsonObject, last?: () => JsonObject): void {
    if (this.#open === key) return
    this.close()
    this.#open = key
    this.#last = last
    this.#index++
    this.#out.push(anthropicEvent('content_block_start', { index: this.#index, content_block: block }))
  }

  begin(written: WrittenCall): void {
    const { id, name } = written.call
    this.open(written, { type: 'tool_use', id, name, input: {} })
  }

  more(_written: WrittenCall, text: string): void {
    this.delta({ type: 'input_json_delta', partial_json: text })
  }

  delta(delta: JsonObject): void {
    this.#out.push(anthropicEvent('content_block_delta', { index: this.#index, delta }))
  }

  close(): void {
    if (this.#open === undefined) return
    if (this.#last) this.delta(this.#last())
    this.#last = undefined
    this.#open = undefined
    this.#out.push(anthropicEvent('content_block_stop', { index: this.#index }))
  }

  emit(event: OutEvent): void {
    this.#out.push(event)
  }

  /** The events since the last call. */
  take(): readonly OutEvent[] {
    const events = this.#out
    this.#out = []
    return events
  }
}
