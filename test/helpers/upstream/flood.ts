import { startStream, write } from './reply.ts'
import type { Behaviour } from './types.ts'
import { frame } from './wires.ts'

export interface Flood {
  readonly behaviour: Behaviour
  /** Bytes of text handed to the socket so far. */
  sentBytes(): number
  /**
   * Settles when a write has found no room for `forMs`: the reader has stopped the writer. Rejects when all was taken.
   */
  stalled(forMs: number): Promise<void>
}

/** Streams `count` numbered chat deltas of `size` characters, as fast as the reader takes them. */
export function flood(count: number, size: number): Flood {
  let sent = 0
  let blockedSince: number | undefined
  const chunk = (delta: object, finish: string | null): string =>
    frame({
      data: JSON.stringify({
        id: 'chatcmpl_flood',
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model: 'flood',
        choices: [{ index: 0, delta, finish_reason: finish }],
      }),
      token: true,
    })
  return {
    behaviour: async (exchange) => {
      startStream(exchange)
      for (let index = 0; index < count && !exchange.response.destroyed; index++) {
        const content = `${index} `.padEnd(size, '.')
        blockedSince = Date.now()
        await write(exchange, chunk({ content }, null))
        sent += size
      }
      exchange.response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
    },
    sentBytes: () => sent,
    stalled: (forMs) =>
      new Promise((resolve, reject) => {
        const timer = setInterval(() => {
          const over = sent === count * size
          if (!over && (blockedSince === undefined || Date.now() - blockedSince < forMs)) return
          clearInterval(timer)
          if (over) reject(new Error('everything was taken, nothing held the writer back'))
          else resolve()
        }, 50)
      }),
  }
}
