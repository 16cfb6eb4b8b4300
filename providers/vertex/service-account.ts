import { createSign } from 'node:crypto'
import type { Lasting } from '../shared/renewed.ts'

/** https://developers.google.com/identity/protocols/oauth2/service-account */
export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token'
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Seconds; the longest that Google takes. */
const LIFETIME = 3600
const PATIENCE_MS = 30_000

/** What is used of the file of a service account's key. */
export interface ServiceAccount {
  readonly client_email: string
  readonly private_key: string
  readonly private_key_id?: string
  readonly token_uri?: string
}

export const isServiceAccount = (value: object): value is ServiceAccount =>
  'type' in value &&
  value.type === 'service_account' &&
  'client_email' in value &&
  typeof value.client_email === 'string' &&
  'private_key' in value &&
  typeof value.private_key === 'string'

/**
 * A token for a service account's key, from the server that the key names: a signed assertion for a token (RFC 7523).
 * Google's library asks Google's own server, whatever the key says.
 */
export async function serviceAccountToken(
  account: ServiceAccount,
  scope: string,
  nowMs: number,
): Promise<Lasting<string>> {
  const { token_uri: url = GOOGLE_TOKEN_URL } = account
  const assertion = signed(account, scope, url, Math.floor(nowMs / 1000))
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: GRANT, assertion }),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const data = parsed(await answer.text())
  const { access_token: value, expires_in: seconds } = data
  if (answer.ok && typeof value === 'string' && value !== '')
    return { value, expiresMs: nowMs + (typeof seconds === 'number' ? seconds : LIFETIME) * 1000 }
  const message = `the token server answered ${answer.status}${answer.ok ? ' without a token' : ''}`
  throw Object.assign(new Error(message), { response: { status: answer.ok ? 502 : answer.status, data } })
}

function signed(
  { client_email: iss, private_key: key, private_key_id: kid }: ServiceAccount,
  scope: string,
  aud: string,
  iat: number,
): string {
  const head = encoded({ alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) })
  const claims = encoded({ iss, scope, aud, iat, exp: iat + LIFETIME })
  const signature = createSign('RSA-SHA256').update(`${head}.${claims}`).sign(key, 'base64url')
  return `${head}.${claims}.${signature}`
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
