/** A plain client for tests: whole answers, and streams as they come. */
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { Json } from './upstream/types.ts'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body parsed; undefined when it is not JSON. */
  readonly json: Json | undefined
  /** The body as server-sent events. */
  readonly events: SseEvent[]
}

export interface SseEvent {
  readonly event: string | undefined
  readonly data: string
  /** `data` parsed; undefined when it is not JSON (`[DONE]`). */
  readonly json: Json | undefined
}

export interface RequestOptions {
  method?: string
  headers?: Record<string, string>
  /** An object is sent as JSON. */
  body?: Json | string | Buffer
}

/** Starts a request on a connection of its own and waits for the head. */
export async function open(url: string, { method, headers = {}, body }: RequestOptions = {}): Promise<IncomingMessage> {
  const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const length = bytes === undefined ? {} : { 'content-length': Buffer.byteLength(bytes) }
  const outgoing = httpRequest(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    agent: new Agent({ keepAlive: false }),
    headers: { ...(bytes !== undefined && { 'content-type': 'application/json' }), ...length, ...headers },
  })
  // An error before the head rejects below; one after it reaches the reader of the body.
  outgoing.on('error', () => {})
  outgoing.end(bytes)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return incoming
}

/** One request, answered whole. Rejects when the connection breaks. */
export async function send(url: string, options?: RequestOptions): Promise<Answered> {
  const incoming = await open(url, options)
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text,
    json: parse(text),
    events: parseSse(text),
  }
}

/**
 * A large POST by `fetch`, which reads an answer that comes before the body has been taken; `chunked` gives no length.
 */
export async function upload(url: string, body: string, { headers = {}, chunked = false } = {}): Promise<Answered> {
  const source = chunked ? new Blob([body]).stream() : body
  const sent = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: source,
    ...(chunked && { duplex: 'half' as const }),
  }
  const response = await fetch(url, sent)
  const text = await response.text()
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    json: parse(text),
    events: parseSse(text),
  }
}

/** The events of a complete stream. Comments are left out. */
export function parseSse(text: string): SseEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((block) => block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const field = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart())
      const data = field('data').join('\n')
      return { event: field('event')[0], data, json: parse(data) }
    })
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
