import type { JsonObject } from '../plugins/api.ts'

interface Remembered {
  readonly text: string
  /** Unix ms. */
  readonly expires: number
}

/** Characters of all that is remembered, about a byte each. */
const MAX_CHARS = 32 * 1024 * 1024
/** Of what an entry costs beside its text. */
const ENTRY_CHARS = 200

/**
 * The output of translated answers, in memory: clients that leave the history to the server refer to it by the ids of
 * its items. Each client finds its own only. What was remembered first goes first.
 */
export class ItemMemory {
  readonly #items = new Map<string, Remembered>()
  readonly #keepMs: number
  #chars = 0

  /** `keepMs`: 0 for not at all. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  get isOn(): boolean {
    return this.#keepMs > 0
  }

  add(account: string, items: readonly JsonObject[], now: number): void {
    if (!this.isOn) return
    for (const item of items) {
      if (typeof item.id !== 'string') continue
      const key = keyOf(account, item.id)
      const text = JSON.stringify(item)
      this.#remove(key)
      this.#items.set(key, { text, expires: now + this.#keepMs })
      this.#chars += text.length + ENTRY_CHARS
    }
    for (const [key, { expires }] of this.#items) {
      if (this.#chars <= MAX_CHARS && expires > now) break
      this.#remove(key)
    }
  }

  get(account: string, id: string, now: number): JsonObject | undefined {
    const found = this.#items.get(keyOf(account, id))
    return found && found.expires > now ? (JSON.parse(found.text) as JsonObject) : undefined
  }

  #remove(key: string): void {
    const found = this.#items.get(key)
    if (!found) return
    this.#items.delete(key)
    this.#chars -= found.text.length + ENTRY_CHARS
  }
}

const keyOf = (account: string, id: string) => `${account}\n${id}`
