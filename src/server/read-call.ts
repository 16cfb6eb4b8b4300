import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FormBytes } from '../base/multipart/form-bytes.ts'
import type { Call } from '../routing/ports.ts'
import type { Surface } from './surfaces.ts'
import { traceIn } from './trace.ts'

/** Client headers that mean something to an upstream or to the router, and carry no secret. */
const FORWARDED = [
  'anthropic-beta',
  'anthropic-version',
  'openai-beta',
  'x-session-id',
  'x-router-timeouts',
  'x-router-value-of-time',
  'http-referer',
  'x-title',
  'x-openrouter-title',
]

/** A client's request from its bytes, parsed once. Throws ROUTER_BAD_JSON, ROUTER_BAD_FORM or ROUTER_BAD_REQUEST. */
export function readCall(
  surface: Surface,
  prefix: string,
  headers: IncomingHttpHeaders,
  bytes: FormBytes,
  arrivedMs: number,
): Call {
  const type = headers['content-type']
  const read = Buffer.isBuffer(bytes) ? surface.read(bytes, type) : surface.readForm!(bytes, type!)
  const { raw, body, contentType, stream, form, wire = surface.wire } = read
  const time = Date.now()
  return {
    id: newCallId(time),
    time,
    arrivedMs,
    operation: surface.operation,
    wire,
    flavour: prefix === '/api/v1' ? 'openrouter' : 'openai',
    stream,
    contentType,
    headers: forwarded(headers),
    trace: traceIn(headers),
    raw,
    body,
    form,
  }
}

/** `time`: Unix milliseconds. */
export const newCallId = (time: number) => `gen-${Math.floor(time / 1000)}-${randomId()}`

const NONE: Readonly<Record<string, string>> = Object.freeze({})

export function forwarded(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  let kept: Record<string, string> | undefined
  for (const name of FORWARDED) {
    const value = headers[name]
    if (typeof value !== 'string') continue
    kept ??= {}
    kept[name] = value
  }
  return kept ?? NONE
}

/** 20 characters of 5 bits; they are drawn in pages, which is several times cheaper than one by one. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const ID_LENGTH = 20
let page = ''
let used = 0

function randomId(): string {
  if (used === page.length) {
    const bytes = randomBytes(ID_LENGTH * 256)
    for (let at = 0; at < bytes.length; at++) bytes[at] = ALPHABET.charCodeAt(bytes[at]! & 31)
    page = bytes.toString('latin1')
    used = 0
  }
  used += ID_LENGTH
  return page.slice(used - ID_LENGTH, used)
}
