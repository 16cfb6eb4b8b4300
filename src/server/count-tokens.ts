import { RouterError } from '../base/errors.ts'
import type { Call, ClientSink } from '../routing/ports.ts'

/** A count of the router's own. */
interface TokenEstimate {
  readonly inputTokens: number
  /** For which it was made, `<provider>/<upstream model>`. */
  readonly endpoint: string
}

export interface Counting {
  /** Whether an endpoint of the model can be asked, and is well enough. */
  readonly canBeAsked: (call: Call) => boolean
  readonly estimate: (call: Call) => Promise<TokenEstimate>
}

/** What says that nobody could be asked, or that nobody answered; anything else is the client's to know. */
const NOBODY: ReadonlySet<string> = new Set([
  'ROUTER_NO_ENDPOINTS',
  'ROUTER_ALL_FAILED',
  'ROUTER_ALL_LIMITED',
  'ROUTER_TIMED_OUT',
])

/**
 * Counted by an endpoint that can, else estimated, and said to be so: a count never fails because an upstream is down.
 * `ask` has the engine answer into `sink`.
 */
export async function answerCount(counting: Counting, call: Call, sink: ClientSink, ask: () => Promise<void>) {
  // What is kept elsewhere cannot be counted here.
  if (call.held && !call.held.whole) return ask()
  if (counting.canBeAsked(call)) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof RouterError && NOBODY.has(error.code))) throw error
    }
  }
  const { inputTokens, endpoint } = await counting.estimate(call.held?.whole ? { ...call, ...call.held.whole } : call)
  sink.start({
    status: 200,
    contentType: 'application/json; charset=utf-8',
    endpoint,
    attempts: 0,
    overheadMs: performance.now() - call.arrivedMs,
    generationId: call.id,
    headers: ESTIMATED,
  })
  sink.end(Buffer.from(JSON.stringify(answerOf(call, inputTokens))))
}

const ESTIMATED = { 'x-router-token-count': 'estimate' }

function answerOf({ wire }: Call, input_tokens: number) {
  if (wire === 'gemini-count-tokens') return { totalTokens: input_tokens }
  return wire === 'openai-input-tokens' ? { object: 'response.input_tokens', input_tokens } : { input_tokens }
}
