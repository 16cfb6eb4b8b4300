/**
 * Writes the items of a response in OpenAI's order: one open at a time, numbered from 0, each added, filled and done;
 * every event with the number of its place in the stream.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { OutEvent } from '../../../converter.ts'
import type { ItemStatus } from './output-items.ts'

/** An item that is being written. */
export interface OpenItem {
  /** Writes what is left of it, and gives it as a whole. */
  close(status: ItemStatus): JsonObject
}

export class ResponseWriter {
  /** The items that are done. */
  readonly output: JsonObject[] = []
  #out: OutEvent[] = []
  #sequence = 0
  #open: OpenItem | undefined

  /** Undefined when nothing is open. */
  get open(): OpenItem | undefined {
    return this.#open
  }

  /** The place of the item that is open, or of the next one. */
  get index(): number {
    return this.output.length
  }

  /** Nothing is open any more. `added`: the new item, still empty. */
  begin(item: OpenItem, added: JsonObject): void {
    this.#open = item
    this.emit('response.output_item.added', { output_index: this.index, item: added })
  }

  close(status: ItemStatus = 'completed'): void {
    if (!this.#open) return
    const item = this.#open.close(status)
    this.emit('response.output_item.done', { output_index: this.index, item })
    this.output.push(item)
    this.#open = undefined
  }

  emit(type: string, body: JsonObject): void {
    this.#out.push({ event: type, data: { type, sequence_number: this.#sequence++, ...body } })
  }

  /** The events since the last call. */
  take(): readonly OutEvent[] {
    const events = this.#out
    this.#out = []
    return events
  }
}
