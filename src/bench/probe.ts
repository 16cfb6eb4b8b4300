import { reasonOf } from '../base/errors.ts'
import type { AttemptRecord, JsonObject, Operation } from '../plugins/api.ts'
import { type BenchRequest, benchInput } from './inputs.ts'
import { markPrompt } from './prompt.ts'

/** Sends one real request to one endpoint, without retries. */
export type Send = (
  endpoint: string,
  request: BenchRequest,
  options: { readonly signal: AbortSignal },
) => Promise<AttemptRecord>

export interface ProbeOptions {
  readonly prompt: string
  readonly maxOutputTokens: number
  readonly timeoutMs: number
  /** Ends the whole run. */
  readonly signal: AbortSignal
  /** What an endpoint is asked for. Default: a chat. */
  readonly operationOf?: (endpoint: string) => Operation
  /** A chat, without a limit of its output. Default: a stream of the prompt with a mark of its own. */
  readonly chatOf?: (endpoint: string) => JsonObject
}

/** A request that the router itself refused to send, for instance to an endpoint without chat. */
const notSent = (endpoint: string, error: unknown): AttemptRecord => ({
  endpoint,
  kind: 'router_error',
  startMs: 0,
  totalMs: 0,
  message: reasonOf(error),
})

/**
 * One measurement of an endpoint. A model that refuses `max_tokens` (OpenAI's newer ones) is asked once more with
 * `max_completion_tokens`, and from then on always so. No answer begun within the timeout is
 * `provider_timeout_first_token`; one that is cut later stays `caller_cancelled`, since it was on its way. Undefined
 * when the run was ended meanwhile.
 */
export function createProbe(
  send: Send,
  options: ProbeOptions,
): (endpoint: string) => Promise<AttemptRecord | undefined> {
  const limitField = new Map<string, 'max_tokens' | 'max_completion_tokens'>()

  const chatOf =
    options.chatOf ?? (() => ({ messages: [{ role: 'user', content: markPrompt(options.prompt) }], stream: true }))

  const chatFields = (endpoint: string): JsonObject => ({
    ...chatOf(endpoint),
    [limitField.get(endpoint) ?? 'max_tokens']: options.maxOutputTokens,
  })

  async function once(endpoint: string): Promise<AttemptRecord> {
    const timeout = AbortSignal.timeout(options.timeoutMs)
    const operation = options.operationOf?.(endpoint) ?? 'chat'
    const request = { operation, ...(benchInput(operation) ?? { fields: chatFields(endpoint) }) }
    const attempt = await send(endpoint, request, { signal: AbortSignal.any([timeout, options.signal]) }).catch(
      (error: unknown) => notSent(endpoint, error),
    )
    const late =
      timeout.aborted && !options.signal.aborted && attempt.kind === 'caller_cancelled' && attempt.ttftMs === undefined
    return late
      ? { ...attempt, kind: 'provider_timeout_first_token', message: `nothing within ${options.timeoutMs} ms` }
      : attempt
  }

  return async (endpoint) => {
    let attempt = await once(endpoint)
    if (
      attempt.kind === 'caller_invalid' &&
      !limitField.has(endpoint) &&
      attempt.message?.includes('max_completion_tokens')
    ) {
      limitField.set(endpoint, 'max_completion_tokens')
      attempt = await once(endpoint)
    }
    return options.signal.aborted && attempt.kind === 'caller_cancelled' ? undefined : attempt
  }
}
