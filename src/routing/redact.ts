/** Things that look like credentials, whoever's they are: provider keys, bearer tokens, signed URL parts, JWTs. */
const CREDENTIALS =
  /\b(?:sk|pk|rk|gsk|xai|hf|nvapi|csk|pplx|fw|key|AIza)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/=-]{6,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|X-Amz-(?:Signature|Credential|Security-Token)=[^&\s]+/g

const MESSAGE_LIMIT = 500

/** An upstream's message, safe to show: no secret of ours, nothing that looks like a credential, one line, at most 500 characters. */
export function redact(message: string, secrets: readonly string[]): string {
  // Cut first with a margin, so that a huge message costs nothing; a secret cut in half at the margin is removed with the tail.
  let text = message.slice(0, 4 * MESSAGE_LIMIT)
  for (const secret of secrets) if (secret.length >= 4) text = text.replaceAll(secret, '[redacted]')
  text = text.replace(CREDENTIALS, '[redacted]').replace(/\s+/g, ' ').trim()
  return text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT)}…` : text
}
