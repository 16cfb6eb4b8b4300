import type { OutcomeKind } from 'commonroute/plugin'

/**
 * `error.code` and `error.type` values that say what happened more exactly than the status does. Names from the
 * providers' error pages: OpenAI, Anthropic, Groq, Mistral, DeepSeek, Perplexity, OpenRouter, llama.cpp.
 */
export const KIND_OF_CODE: ReadonlyMap<string, OutcomeKind> = new Map(
  Object.entries({
    provider_billing: [
      'insufficient_quota',
      'insufficient_balance',
      'insufficient_credits',
      'billing_error',
      'billing_hard_limit_reached',
      'billing_not_active',
      'payment_required',
      'spend_limit_exceeded',
    ],
    caller_too_long: [
      'context_length_exceeded',
      'context_window_exceeded',
      'exceed_context_size_error',
      'request_too_large',
      'max_tokens_exceeded',
      // Z.ai: "Prompt exceeds max length".
      '1261',
    ],
    // Something of the caller's own that is not there.
    caller_invalid: ['previous_response_not_found', 'file_not_found', 'vector_store_not_found', 'invalid_file_id'],
    policy_refused: [
      'content_filter',
      'content_policy_violation',
      'content_moderation',
      'moderation_blocked',
      'invalid_prompt',
      'unsafe_content',
    ],
    provider_auth: [
      'invalid_api_key',
      'authentication_error',
      'invalid_authentication',
      'permission_error',
      'permission_denied',
      'account_deactivated',
      'unsupported_country_region_territory',
      'ip_not_authorized',
    ],
    provider_not_found: [
      'model_not_found',
      'model_not_available',
      'model_decommissioned',
      'model_not_active',
      'invalid_model',
      'not_found_error',
      'deploymentnotfound',
    ],
    provider_rate_limited: [
      'rate_limit_exceeded',
      'rate_limit_error',
      'rate_limited',
      'too_many_requests',
      'resource_exhausted',
    ],
    provider_overloaded: [
      'overloaded_error',
      'engine_overloaded',
      'server_overloaded',
      'model_overloaded',
      'slow_down',
      'capacity_exceeded',
      'unavailable_error',
    ],
    provider_timeout_response: ['timeout_error', 'request_timeout', 'deadline_exceeded'],
  } satisfies Partial<Record<OutcomeKind, string[]>>).flatMap(([kind, codes]) =>
    codes.map((code) => [code, kind as OutcomeKind]),
  ),
)

/** Types that say no more than the status does; used for in-band errors, which have none. */
export const KIND_OF_TYPE: ReadonlyMap<string, OutcomeKind> = new Map(
  Object.entries({
    caller_invalid: [
      'invalid_request_error',
      'invalid_request',
      'bad_request',
      'badrequesterror',
      'invalid_argument',
      'validation_error',
    ],
    provider_error: ['server_error', 'api_error', 'internal_error', 'internal_server_error', 'internalservererror'],
    provider_overloaded: ['service_unavailable', 'unavailable'],
    provider_not_found: ['not_found', 'notfounderror'],
    provider_auth: ['unauthorized', 'unauthenticated', 'forbidden'],
  } satisfies Partial<Record<OutcomeKind, string[]>>).flatMap(([kind, types]) =>
    types.map((type) => [type, kind as OutcomeKind]),
  ),
)

/** Statuses with a meaning of their own; the rest is decided by their hundreds. */
export const KIND_OF_STATUS: ReadonlyMap<number, OutcomeKind> = new Map<number, OutcomeKind>([
  [401, 'provider_auth'],
  [402, 'provider_billing'],
  [403, 'provider_auth'],
  [404, 'provider_not_found'],
  // The base URL leads to something that has no such route.
  [405, 'provider_not_found'],
  [408, 'provider_timeout_response'],
  // Conflicts and "too early" are states of the server; the same request is good a moment later or elsewhere.
  [409, 'provider_error'],
  [410, 'provider_not_found'],
  [413, 'caller_too_long'],
  [424, 'provider_error'],
  [425, 'provider_error'],
  [429, 'provider_rate_limited'],
  [451, 'policy_refused'],
  // Groq: no capacity in the flex tier.
  [498, 'provider_overloaded'],
  [499, 'provider_error'],
  // It has no such operation.
  [501, 'provider_not_found'],
  [503, 'provider_overloaded'],
  [504, 'provider_timeout_response'],
  // Cloudflare: the origin took too long.
  [524, 'provider_timeout_response'],
  [529, 'provider_overloaded'],
])
