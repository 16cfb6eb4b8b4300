import type { ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import type { Controller, ResponseHandler } from './response-handler.ts'

type Answer = NonNullable<ProviderAdapter['answer']>

/** Runs an adapter that answers itself, through the same phases as a socket would. */
export async function answerInProcess(
  answer: Answer,
  request: UpstreamRequest,
  handler: ResponseHandler,
): Promise<void> {
  const flow = new InProcessController()
  try {
    handler.onRequestStart(flow)
    const response = await answer(request, flow.signal)
    if (flow.signal.aborted) throw flow.signal.reason
    handler.onResponseStart(flow, response.status, { ...response.headers })
    for await (const chunk of response.body) {
      await flow.gate
      if (flow.signal.aborted) throw flow.signal.reason
      handler.onResponseData(flow, Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk))
    }
    await flow.gate
    if (flow.signal.aborted) throw flow.signal.reason
    handler.onResponseEnd(flow)
  } catch (error) {
    handler.onResponseError(flow, error as Error)
  }
}

class InProcessController implements Controller {
  readonly #abort = new AbortController()
  readonly signal = this.#abort.signal
  /** Resolved while chunks may flow. */
  gate: Promise<void> = Promise.resolve()
  #open: (() => void) | undefined

  pause(): void {
    if (this.#open) return
    this.gate = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  resume(): void {
    this.#open?.()
    this.#open = undefined
  }

  abort(reason: Error): void {
    this.#abort.abort(reason)
    this.resume()
  }
}
