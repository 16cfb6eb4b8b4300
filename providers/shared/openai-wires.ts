import type { ProviderCall, UpstreamRequest } from 'commonroute/plugin'
import { type HeaderMap, type HeaderSets, joinUrl } from './http.ts'

/** Paths below a base URL that ends in the version. */
const PATHS: Readonly<Record<string, string>> = {
  'openai-chat': 'chat/completions',
  'openai-responses': 'responses',
  'openai-compact': 'responses/compact',
  'openai-completions': 'completions',
  'openai-embeddings': 'embeddings',
  'openai-input-tokens': 'responses/input_tokens',
  'openai-images': 'images/generations',
  'openai-image-edits': 'images/edits',
  'openai-image-variations': 'images/variations',
  'openai-speech': 'audio/speech',
  'openai-transcriptions': 'audio/transcriptions',
  'openai-translations': 'audio/translations',
  'openai-moderations': 'moderations',
  'openai-realtime': 'realtime',
  'jina-rerank': 'rerank',
  'voyage-rerank': 'rerank',
  'anthropic-messages': 'messages',
  'anthropic-count-tokens': 'messages/count_tokens',
  models: 'models',
}

/**
 * What OpenAI keeps, and where (openai/openai-openapi 2.3.0). Beside it: files alone, and files with the batches that
 * are made of them.
 */
export const OPENAI_RESOURCES = { files: 'files', batches: 'batches', uploads: 'uploads' } as const
export const FILES = { files: 'files' } as const
export const FILES_AND_BATCHES = { files: 'files', batches: 'batches' } as const

/** URLs by wire, and of `models`. */
export type OpenAiUrls = Pick<ReadonlyMap<string, URL>, 'get'>

/**
 * Each is made when it is first asked for: a start with many providers parses none, and a request none that another
 * had. `own`: paths of the service; those with a slash begin at its root.
 */
export function openAiUrls(baseUrl: string, own: Readonly<Record<string, string>> = {}): OpenAiUrls {
  // At once, so that an address that is none fails at the start.
  const root = new URL('/', baseUrl).href
  const known = new Map<string, URL>()
  const make = (wire: string): URL | undefined => {
    const path = own[wire] ?? PATHS[wire]
    if (path === undefined) return undefined
    const url = joinUrl(path.startsWith('/') ? root : baseUrl, path)
    known.set(wire, url)
    return url
  }
  return { get: (wire) => known.get(wire) ?? make(wire) }
}

/** The request as an OpenAI-shaped upstream takes it. */
export function openAiRequest(call: ProviderCall, urls: OpenAiUrls, headers: HeaderSets): UpstreamRequest {
  if (MEDIA.has(call.wire)) return mediaRequest(call, urls, headers)
  if (call.wire === 'openai-realtime') return realtimeRequest(call, urls, headers)
  return {
    method: 'POST',
    url: urls.get(call.wire)!,
    headers: withClientHeaders(call.stream ? headers.stream : headers.whole, call),
    body: call.body,
    framing: call.stream ? 'sse' : 'none',
  }
}

/** Wires whose answers, or requests, need not be JSON. */
const MEDIA: ReadonlySet<string> = new Set([
  'openai-speech',
  'openai-transcriptions',
  'openai-translations',
  'openai-image-edits',
  'openai-image-variations',
])

function mediaRequest(call: ProviderCall, urls: OpenAiUrls, { whole }: HeaderSets): UpstreamRequest {
  const headers = { ...withClientHeaders(whole, call), 'content-type': call.contentType, accept: '*/*' }
  const framing = call.wire === 'openai-speech' ? 'binary' : call.stream ? 'sse' : 'none'
  const request = { method: 'POST', url: urls.get(call.wire)!, headers, framing } as const
  return call.pieces ? { ...request, pieces: call.pieces } : { ...request, body: call.body }
}

/** The beginning of a session: what the body says goes into the address. */
function realtimeRequest(call: ProviderCall, urls: OpenAiUrls, { whole }: HeaderSets): UpstreamRequest {
  const url = new URL(urls.get(call.wire)!)
  for (const [name, value] of Object.entries(call.json())) url.searchParams.set(name, String(value))
  const {
    'content-type': _type,
    accept: _accept,
    'accept-encoding': _coding,
    ...headers
  } = withClientHeaders(whole, call)
  return { method: 'GET', url, headers, framing: 'websocket' }
}

/** The client's `openai-beta` or `anthropic-beta` and `-version` go on where that wire is spoken, and nowhere else. */
function withClientHeaders(own: HeaderMap, call: ProviderCall): HeaderMap {
  const vendor = call.wire.startsWith('anthropic-') ? 'anthropic-' : 'openai-'
  let headers: Record<string, string> | undefined
  for (const name in call.headers) {
    if (!name.startsWith(vendor) || name in own) continue
    headers ??= { ...own }
    headers[name] = call.headers[name]!
  }
  return headers ?? own
}
