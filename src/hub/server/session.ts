import { createHmac } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isSameText } from './same-text.ts'

/** How long a browser stays signed in. */
const SESSION_S = 30 * 86_400
const COOKIE = 'hub-session'
const COOKIE_PATTERN = new RegExp(`(?:^|; ?)${COOKIE}=(\\d{1,12})\\.([\\w-]{43})(?:;|$)`)

/**
 * A browser's session is a cookie with its end, vouched for by the read key: nothing of it is stored, every process
 * knows it, and another read key ends it.
 */
const signatureOf = (until: string, readKey: string) =>
  createHmac('sha256', readKey).update(`session ${until}`).digest('base64url')

/** `set-cookie` for who signs in. No script may read it, and no other site's request carries it. */
export function sessionCookie(readKey: string, nowMs: number, request: FastifyRequest, hubUrl?: string): string {
  const until = String(Math.floor(nowMs / 1000) + SESSION_S)
  return cookie(`${until}.${signatureOf(until, readKey)}`, SESSION_S, request, hubUrl)
}

/** `set-cookie` for who signs out. */
export const noCookie = (request: FastifyRequest, hubUrl?: string): string => cookie('', 0, request, hubUrl)

function cookie(value: string, maxAgeS: number, request: FastifyRequest, hubUrl: string | undefined): string {
  const secure = isSecure(request, hubUrl) ? '; Secure' : ''
  return `${COOKIE}=${value}; Path=${pathOf(request, hubUrl)}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
}

/** Below which the browser sees the hub: a proxy may have mounted it below a path of its own address. */
function pathOf({ host }: FastifyRequest, hubUrl: string | undefined): string {
  const url = hubUrl !== undefined && URL.canParse(hubUrl) ? new URL(hubUrl) : undefined
  return url?.host === host ? url.pathname.replace(/(?<=.)\/$/, '') : '/'
}

/** Whether the request comes from a browser that signed in with this read key. */
export function hasSession({ headers }: FastifyRequest, readKey: string | undefined, nowMs: number): boolean {
  const [, until, signature] = COOKIE_PATTERN.exec(headers.cookie ?? '') ?? []
  if (readKey === undefined || until === undefined || signature === undefined) return false
  return Number(until) > nowMs / 1000 && isSameText(signature, signatureOf(until, readKey))
}

/** Reached by https: directly, as a proxy says, or at the hub's own address, which is one. */
const isSecure = ({ protocol, host, headers }: FastifyRequest, hubUrl: string | undefined): boolean =>
  protocol === 'https' ||
  headers['x-forwarded-proto'] === 'https' ||
  (hubUrl !== undefined && URL.canParse(hubUrl) && new URL('/', hubUrl).href === `https://${host}/`)
