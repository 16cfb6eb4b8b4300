import { BoundedMap } from '../../base/bounded-map.ts'
import { JoinedKeys } from '../../base/joined-keys.ts'

const KEYS = 5_000
const ALPHA = 0.05
/**
 * Tokens expected before anything is known: a paragraph or two for chat, none for operations whose answer is not text.
 */
const CHAT_DEFAULT = 256

interface Mean {
  value: number
  n: number
}

/**
 * Output tokens to expect, per key (an endpoint id or a model name) and class: a moving mean of what came before,
 * starting from the mean of the class over all keys, and from 256 for chat (0 for other kinds) when the class is new as
 * well.
 */
export class OutputEstimator {
  readonly #means = new BoundedMap<string, Mean>(KEYS)

  /** Expected output tokens, never above `limit` (the request's `max_tokens`). */
  expect(key: string, workloadClass: string, limit = Number.POSITIVE_INFINITY): number {
    const mean = this.#means.get(join(key, workloadClass)) ?? this.#means.get(join('', workloadClass))
    return Math.min(limit, mean?.value ?? (workloadClass.startsWith('chat.') ? CHAT_DEFAULT : 0))
  }

  /** Learns from a complete answer; a truncated one says little about length. */
  learn(key: string, workloadClass: string, outputTokens: number): void {
    if (!(outputTokens >= 0 && Number.isFinite(outputTokens))) return
    this.#update(join('', workloadClass), outputTokens)
    this.#update(join(key, workloadClass), outputTokens)
  }

  #update(key: string, outputTokens: number): void {
    const mean = this.#means.get(key)
    if (!mean) {
      this.#means.set(key, { value: outputTokens, n: 1 })
      return
    }
    mean.n++
    mean.value += (outputTokens - mean.value) * Math.max(ALPHA, 1 / mean.n)
  }
}

const KEYS_OF = new JoinedKeys()
const join = (key: string, workloadClass: string) => KEYS_OF.of(key, workloadClass)
