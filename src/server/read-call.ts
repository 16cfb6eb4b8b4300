import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
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
  'http-referer',
  'x-title',
  'x-openrouter-title',
]

/** A client's request from its bytes, parsed once. Throws ROUTER_BAD_JSON or ROUTER_BAD_REQUEST. */
export function readCall(surface: Surface, prefix: string, headers: IncomingHttpHeaders, bytes: Buffer, arrivedMs: number): Call {
  // Windows tools begin files with a byte order mark, which is no part of their JSON.
  const raw = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
  const body = parseObject(raw)
  const { stream } = body
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw new RouterError('ROUTER_BAD_REQUEST', { reason: '"stream" must be true or false.' })
  }
  if (surface.wire === 'openai-chat' || surface.wire === 'anthropic-messages') needMessages(body)
  const time = Date.now()
  return {
    id: `gen-${Math.floor(time / 1000)}-${randomId()}`,
    time,
    arrivedMs,
    operation: surface.operation,
    wire: surface.wire,
    flavour: prefix === '/api/v1' ? 'openrouter' : 'openai',
    // Embeddings come whole, whatever is asked for.
    stream: stream === true && surface.operation !== 'embedding',
    contentType: 'application/json',
    headers: forwarded(headers),
    trace: traceIn(headers),
    raw,
    body,
  }
}

/** Nobody can answer a chat without them; an upstream would be asked, and blamed, for nothing. OpenRouter's clients may send a `prompt`. */
function needMessages({ messages, prompt }: JsonObject): void {
  if (messages === undefined && typeof prompt === 'string') return
  if (Array.isArray(messages) && messages.length > 0) return
  throw new RouterError('ROUTER_BAD_REQUEST', { reason: '"messages" must be a list with at least one message.' })
}

/** A body that must be a JSON object. Throws ROUTER_BAD_JSON. */
export function parseObject(raw: Buffer): JsonObject {
  if (raw.length === 0) throw new RouterError('ROUTER_BAD_JSON', { reason: 'it is empty' })
  let body: unknown
  try {
    body = JSON.parse(raw.toString())
  } catch (error) {
    // The parser quotes what it met, which may be a prompt: only the position is told.
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined
    throw new RouterError('ROUTER_BAD_JSON', {
      reason: position ? `unexpected character at byte ${position}` : 'it ends too early or is no JSON',
    })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RouterError('ROUTER_BAD_JSON', { reason: 'it is not an object' })
  return body as JsonObject
}

const NONE: Readonly<Record<string, string>> = Object.freeze({})

function forwarded(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  let kept: Record<string, string> | undefined
  for (const name of FORWARDED) {
    const value = headers[name]
    if (typeof value !== 'string') continue
    kept ??= {}
    kept[name] = value
  }
  return kept ?? NONE
}

/** 20 characters of 5 bits; random bytes are drawn in pages, which is several times cheaper than one by one. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const ID_LENGTH = 20
let page = Buffer.alloc(0)
let used = 0

function randomId(): string {
  if (used + ID_LENGTH > page.length) {
    page = randomBytes(ID_LENGTH * 256)
    used = 0
  }
  let id = ''
  for (const end = used + ID_LENGTH; used < end; used++) id += ALPHABET[page[used]! & 31]
  return id
}
