import type { OwnAnswer } from '../own-requests/own-requests.ts'

/** A request of a check's own that is under way while the model answers. */
export class PendingAnswer {
  readonly #abort = new AbortController()
  readonly #answer: Promise<OwnAnswer>
  #costUsd: number | undefined

  /** `ask` never rejects. */
  constructor(ask: (signal: AbortSignal) => Promise<OwnAnswer>) {
    this.#answer = ask(this.#abort.signal).then((answer) => {
      this.#costUsd = answer.costUsd
      return answer
    })
  }

  /** USD, as far as it has ended and anything is known. */
  get costUsd(): number | undefined {
    return this.#costUsd
  }

  /** What came of it; `signal` ends it. */
  async answer(signal: AbortSignal): Promise<OwnAnswer> {
    const end = () => this.cancel()
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    const answer = await this.#answer
    signal.removeEventListener('abort', end)
    return answer
  }

  /** Nobody needs it any more. */
  cancel(): void {
    this.#abort.abort()
  }
}
