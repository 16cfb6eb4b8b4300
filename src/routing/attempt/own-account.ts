import type { OwnAccount } from '../catalogue.ts'
import type { AttemptResult } from './attempt-result.ts'

/**
 * A key that its own client brought, and that its provider refuses, is that client's to mend: nobody else is asked in
 * its place, unless that is allowed.
 */
export function ofOwnAccount(result: AttemptResult, own: OwnAccount | undefined): AttemptResult {
  const { kind, failure, sent, requestId, ttftMs, totalMs, reading } = result
  if (!own || own.allowFallbacks || !failure) return result
  if (kind !== 'provider_auth' && kind !== 'provider_billing') return result
  const status = kind === 'provider_billing' ? 402 : result.status === 403 ? 403 : 401
  const refused = { ...failure, kind: 'caller_invalid' as const, about: 'request' as const }
  return { kind: 'caller_invalid', failure: refused, sent, status, requestId, ttftMs, totalMs, reading }
}
