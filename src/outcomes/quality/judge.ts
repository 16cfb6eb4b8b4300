import type { AttemptRecord } from '../../plugins/api.ts'
import { type FinishedRequest, modelServed } from '../log/finished-request.ts'
import type { QualityBook } from './quality.ts'

/**
 * Judges the answers of a request by what can be seen without reading them: a refusal, an answer cut by its length, a
 * body, tool call or structured output that is malformed, or nothing at all is no valid answer. Failures of the network
 * say nothing of the model. Models that are not `isKnown` are passed over: clients may invent names.
 */
export function judgeAnswers(
  request: FinishedRequest,
  quality: QualityBook,
  now: number,
  isKnown: (model: string) => boolean,
): void {
  const { attempts } = request
  for (let at = 0; at < attempts.length; at++) {
    const attempt = attempts[at]!
    const valid = isValid(attempt)
    if (valid === undefined) continue
    const model = modelServed(request.planned, attempt.endpoint) ?? request.model
    if (isKnown(model)) quality.judge({ model, class: request.class, task: request.selection?.task }, valid, now)
  }
}

function isValid({ kind, finishReason }: AttemptRecord): boolean | undefined {
  if (kind === 'ok') return finishReason !== 'content_filter' && finishReason !== 'length'
  if (kind === 'policy_refused' || kind === 'provider_malformed' || kind === 'provider_empty') return false
  return undefined
}
