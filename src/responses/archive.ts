import type { JsonObject } from '../plugins/api.ts'
import type { AnswerHead, Call, ClientSink } from '../routing/ports.ts'
import { type Archived, conversationTo, MAX_BYTES } from './expand.ts'
import type { ItemMemory } from './item-memory.ts'
import { KeepingSink } from './keeping-sink.ts'
import { inputItems, type KeptResponse, outputItems } from './kept-response.ts'
import type { ResponseStore } from './response-store.ts'

export interface ArchiveParts {
  readonly items: ItemMemory
  readonly store: ResponseStore | undefined
  /** Unix ms. */
  readonly now: () => number
  readonly onError: (error: unknown) => void
  /** Items for others that answer the same clients. */
  readonly onDelta?: ((delta: ItemsDelta) => void) | undefined
}

/** Items of a translated answer, remembered by a process that answers beside others. */
export interface ItemsDelta {
  readonly of: 'items'
  readonly account: string
  readonly items: readonly JsonObject[]
}

/** What the router itself keeps of answers. `account`: the fingerprint of a client's key; it finds its own only. */
export class Archive {
  readonly #parts: ArchiveParts

  constructor(parts: ArchiveParts) {
    this.#parts = parts
  }

  /** It keeps answers on disk. */
  get isOn(): boolean {
    return this.#parts.store !== undefined
  }

  /** Whether the answer to this call will be kept on disk. What depends on things kept elsewhere could not be read. */
  keeps({ wire, operation, body }: Pick<Call, 'wire' | 'operation' | 'body'>): boolean {
    if (!this.#parts.store || !isKeepable(wire, operation, body)) return false
    return !body.conversation && !body.prompt
  }

  /** The same sink where nothing is to be kept. */
  watch(call: Call, account: string, sink: ClientSink): ClientSink {
    const { items, store } = this.#parts
    if (!(store || items.isOn) || !isKeepable(call.wire, call.operation, call.body)) return sink
    return new KeepingSink(sink, call.stream, {
      isWanted: ({ translated }) => translated === true || store !== undefined,
      take: (response, head) => this.#take(call, account, response, head),
    })
  }

  merge({ account, items }: ItemsDelta): void {
    this.#parts.items.add(account, items, this.#parts.now())
  }

  /** Of one request: what it may take in all is bounded. */
  archivedBy(account: string): Archived {
    const { items, now, store } = this.#parts
    let bytes = 0
    const counted = (kept: KeptResponse | undefined) => {
      bytes += kept?.bytes ?? 0
      return bytes > MAX_BYTES ? undefined : kept
    }
    return {
      response: (id) => counted(this.#read(() => store?.get(account, id, now()))),
      item: (id) =>
        items.get(account, id, now()) ?? itemOf(counted(this.#read(() => store?.withItem(account, id, now()))), id),
    }
  }

  get(account: string, id: string): KeptResponse | undefined {
    return this.#read(() => this.#parts.store?.get(account, id, this.#parts.now()))
  }

  /** All that it answers, oldest first; undefined when not all is known. */
  inputItems(account: string, id: string): readonly JsonObject[] | undefined {
    const kept = this.get(account, id)
    const items = kept && conversationTo(id, this.archivedBy(account))
    return items?.slice(0, items.length - outputItems(kept!.response).length)
  }

  /** False when it is not there. */
  delete(account: string, id: string): boolean {
    return this.#read(() => this.#parts.store?.delete(account, id)) ?? false
  }

  close(): void {
    this.#parts.store?.close()
  }

  #take(call: Call, account: string, response: JsonObject, { translated }: AnswerHead): void {
    const { items, now, onDelta, onError, store } = this.#parts
    const output = outputItems(response)
    if (translated && items.isOn && output.length > 0) {
      items.add(account, output, now())
      onDelta?.({ of: 'items', account, items: output })
    }
    if (!store || !this.keeps(call) || typeof response.id !== 'string') return
    // It has not run yet, and is asked for where it runs.
    if (response.status === 'queued' || response.status === 'in_progress') return
    const { previous_response_id: previous, input } = call.body
    const kept = { response, input: inputItems(input), ...(typeof previous === 'string' && { previous }) }
    try {
      store.put(account, response.id, kept, now())
    } catch (error) {
      onError(error)
    }
  }

  #read<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      this.#parts.onError(error)
      return undefined
    }
  }
}

/** As at OpenAI, answers are kept unless their client says otherwise. */
const isKeepable = (wire: string, operation: string, body: JsonObject) =>
  wire === 'openai-responses' && operation === 'chat' && body.store !== false

const itemOf = (kept: KeptResponse | undefined, id: string) =>
  kept && outputItems(kept.response).find((item) => item.id === id)
