import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Encoding } from './families.ts'

export interface Count {
  readonly id: number
  readonly encoding: Encoding
  readonly texts: readonly string[]
}

export interface CountAnswer {
  readonly id: number
  readonly tokens: number
}

/** Beside this file, from source and built. */
const WORKER = new URL(`./tokenizer-worker${extname(import.meta.url)}`, import.meta.url)
/**
 * Characters that are really tokenized; of more text, as much of each part as makes this many, and the rest in
 * proportion.
 */
const SAMPLE = 200_000
/** Counts under way. More are estimated by their length. */
const MAX_PENDING = 64
/** The encodings take 75 MB, which is given back when nobody has counted for so long. */
const IDLE_MS = 300_000
/** English text in the encodings of today. */
const CHARS_PER_TOKEN = 4

interface Pending {
  readonly settle: (tokens: number) => void
  readonly chars: number
}

/**
 * Counts tokens of text in a thread of its own, which begins with the first count: nobody else waits for it. Never
 * fails.
 */
export class Tokenizer {
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #ids = 0
  readonly #pending = new Map<number, Pending>()

  /** Tokens of the texts together, not rounded when there is too much text to tokenize all of it. */
  async count(encoding: Encoding, texts: readonly string[]): Promise<number> {
    const chars = texts.reduce((sum, text) => sum + text.length, 0)
    if (chars === 0) return 0
    if (this.#pending.size >= MAX_PENDING) return chars / CHARS_PER_TOKEN
    const share = Math.min(1, SAMPLE / chars)
    const sample = share === 1 ? texts : texts.map((text) => text.slice(0, Math.ceil(text.length * share)))
    const sampled = share === 1 ? chars : sample.reduce((sum, text) => sum + text.length, 0)
    const tokens = await new Promise<number>((settle) => {
      const id = ++this.#ids
      this.#pending.set(id, { settle, chars: sampled })
      this.#thread().postMessage({ id, encoding, texts: sample } satisfies Count)
    })
    return (tokens * chars) / sampled
  }

  /** Ends the thread; what is being counted is estimated by its length. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    for (const { settle, chars } of this.#pending.values()) settle(chars / CHARS_PER_TOKEN)
    this.#pending.clear()
    await worker?.terminate()
  }

  #thread(): Worker {
    this.#idle ??= setTimeout(() => void this.close(), IDLE_MS).unref()
    this.#idle.refresh()
    if (this.#worker) return this.#worker
    const worker = new Worker(WORKER)
    worker.unref()
    worker.on('message', ({ id, tokens }: CountAnswer) => {
      this.#pending.get(id)?.settle(tokens)
      this.#pending.delete(id)
    })
    worker.on('error', () => {
      if (worker === this.#worker) void this.close()
    })
    this.#worker = worker
    return worker
  }
}
