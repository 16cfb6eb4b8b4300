import { RouterError } from '../../base/errors.ts'
import type { RequestRecord } from '../../plugins/api.ts'
import type { FromWorker, ToWorker } from './messages.ts'

interface Waiting {
  readonly settle: (message: ToWorker) => void
  readonly reject: (error: RouterError) => void
}

/** What a worker asks of the process that holds the state. */
export class Asks {
  readonly #send: (message: FromWorker) => void
  readonly #waiting = new Map<number, Waiting>()
  #ids = 0

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  /**
   * A request of another worker, or one that is on disk, by our id or the upstream's; undefined when there is none, or
   * nobody waits for it any more.
   */
  async find(record: string, signal: AbortSignal): Promise<RequestRecord | undefined> {
    const id = ++this.#ids
    const cancel = () => {
      this.#send({ type: 'cancel', id })
      this.settle({ type: 'found', id })
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const answer = await this.#ask({ type: 'find', id, record })
      if (answer.type !== 'found') return undefined
      if (answer.failure) throw new RouterError(answer.failure.code, answer.failure.details)
      return answer.record
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /** Of all processes, in Prometheus' text format. */
  async metrics(): Promise<string> {
    const answer = await this.#ask({ type: 'metrics', id: ++this.#ids })
    return answer.type === 'metrics' ? answer.text : ''
  }

  /** An answer has come. */
  settle(message: Extract<ToWorker, { readonly id: number }>): void {
    this.#waiting.get(message.id)?.settle(message)
    this.#waiting.delete(message.id)
  }

  /** Gives up what waits: the router is about to end. */
  stop(): void {
    for (const { reject } of this.#waiting.values()) reject(new RouterError('ROUTER_DRAINING'))
    this.#waiting.clear()
  }

  #ask(message: Extract<FromWorker, { readonly id: number }>): Promise<ToWorker> {
    return new Promise((settle, reject) => {
      this.#waiting.set(message.id, { settle, reject })
      this.#send(message)
    })
  }
}
