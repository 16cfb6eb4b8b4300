/** What a client writes into its requests about itself, and not for the model. */

/**
 * Claude Code's first line of the system prompt, e.g. `x-anthropic-billing-header: cc_version=2.1.37.3a3;
 * cc_entrypoint=cli; cch=a31f0;`. It is for Anthropic's own books and differs from request to request, so that
 * elsewhere it only spoils prompt caches (claude-code#68900, sglang#21064).
 */
const BILLING_LINE = /^\s*x-anthropic-billing-header:(?:[ \t]*[\w-]+=[^;\s]*;?)*[ \t]*(?:\r?\n)*/i

/** `text` without that line. */
export const withoutBillingLine = (text: string): string => (mayBeginSo(text) ? text.replace(BILLING_LINE, '') : text)

/** Hardly a text begins with an x, or with white space. */
function mayBeginSo(text: string): boolean {
  const first = text.charCodeAt(0)
  return first <= 0x20 || first > 0x7e || (first | 0x20) === 0x78
}

/** Longest `user_id` that is looked at, characters. */
const MAX_USER_ID = 1024

/**
 * The session in the `metadata.user_id` of Claude Code: `user_<hash>_account_<uuid or nothing>_session_<uuid>`, and
 * from 2.1.78 on the text of `{"device_id":...,"account_uuid":...,"session_id":...}` (claude-code-hub#939). Undefined
 * for other clients' ids.
 */
export function sessionIn(userId: unknown): string | undefined {
  if (typeof userId !== 'string' || userId.length > MAX_USER_ID) return undefined
  const form = userId.startsWith('{') ? /"session_id"\s*:\s*"([\w-]+)"/ : /^user_\w*?_account_[\w-]*?_session_([\w-]+)$/
  return form.exec(userId)?.[1]
}
