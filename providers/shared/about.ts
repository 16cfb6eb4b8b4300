import type { Failure, OutcomeKind } from 'commonroute/plugin'

/**
 * What the caller named and the upstream has not: it is missing at this endpoint for this request only (litellm#42432).
 */
const CALLERS_OWN =
  /\b(?:files?|file object|responses?|conversations?|vector[ _]?stores?|cached ?contents?|batch(?:es)?|containers?|assistants?|threads?|skills?|attachments?|items?|previous[ _]response|prompt(?: template)?|tool_use)\b(?![-\w])(?!.{0,40}\bmodel\b).{0,80}?(?:not found|no longer|not (?:be )?found|does not exist|not exist|expired|permission denied|no access)|\bno such (?:file|response|conversation|vector|batch|container|assistant|thread|item)/i

/** The route is missing, or the model is one for another route. */
const OPERATION =
  /not supported in the v1\/|not an? (?:chat|embedding|completion|text-generation|image(?:[- ]generation)?|rerank(?:er|ing)?|speech|transcription|moderation) model|(?:does not|doesn't|do not|not) support(?:ed)?\b.{0,20}\b(?:embeddings?|completions?|responses|images?(?: generations?)?|rerank(?:ing)?|speech|transcriptions?|translations?|moderations?) ?(?:api|endpoint|requests?)?\b|operation (?:does not|is not|isn't) |unsupported operation|did you mean to use v1\/|start it with .?--embedding/i

/**
 * The account has something left, but too little for this request (OpenRouter: "You requested up to 65536 tokens, but
 * can only afford 3421").
 */
const CANNOT_AFFORD = /can only afford|requires more credits, or fewer/i

/**
 * A single request that is larger than a minute's allowance: "Limit 6000, Requested 9000". With "Used" in between it is
 * the minute that is full.
 */
const LARGER_THAN_LIMIT = /\blimit:? (\d+)\D{1,20}requested:? (\d+)/i

const NAMES_MODEL = /\b(?:models?|deployment)\b/i
const NAMES_KEY =
  /\bkey\b|token|credential|authenticat|organi[sz]ation|project|account|country|region|\bIP\b|subscription|billing/i

export const isCallersOwn = (text: string): boolean => CALLERS_OWN.test(text)

export const isOperationMissing = (text: string): boolean => OPERATION.test(text)

const isTooDear = (text: string): boolean => CANNOT_AFFORD.test(text)

export function isLargerThanLimit(text: string): boolean {
  const [, limit, requested] = LARGER_THAN_LIMIT.exec(text) ?? []
  return Number(requested) > Number(limit)
}

/**
 * Whether a fault is the endpoint's (key, bill, model name), one operation's or this request's, as far as the upstream
 * says so; undefined when it does not.
 */
export function aboutOf(status: number, kind: OutcomeKind, text: string, codes: readonly string[]): Failure['about'] {
  switch (kind) {
    case 'provider_billing':
      return isTooDear(text) ? 'request' : 'endpoint'
    case 'provider_rate_limited':
      return isLargerThanLimit(text) ? 'request' : undefined
    case 'provider_auth':
      return status === 401 || NAMES_KEY.test(text) || NAMES_MODEL.test(text) ? 'endpoint' : undefined
    case 'provider_not_found':
      if (status === 405 || status === 501 || isOperationMissing(text)) return 'operation'
      return NAMES_MODEL.test(text) || codes.some((code) => NAMES_MODEL.test(code.replaceAll('_', ' ')))
        ? 'endpoint'
        : undefined
    default:
      return undefined
  }
}
