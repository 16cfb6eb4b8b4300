import { editBody, type JsonObject, type ProviderCall, type Wire } from 'commonroute/plugin'
import { isObject } from '../shared/is-object.ts'

/** Wires whose bodies take `provider`, and images, which take a part of it. Speech and transcripts take none. */
const ROUTED: ReadonlySet<Wire> = new Set([
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'openai-completions',
  'openai-embeddings',
  'openai-images',
  'jina-rerank',
])
const OF_IMAGES: ReadonlySet<string> = new Set(['allow_fallbacks', 'ignore', 'only', 'order', 'sort', 'options'])

export interface Routing {
  /** Id of OpenRouter in this router. */
  readonly own: string
  /** The provider behind it that has to answer; `google-vertex:us-east5` for its `google-vertex/us-east5`. */
  readonly region: string | undefined
  /** Preferences of the configuration. */
  readonly given: JsonObject | undefined
}

/**
 * The call with the preferences that are OpenRouter's business. The chain of models has been resolved here, so that it
 * is not resolved there again; a request for this router's provider `openrouter` is none for a provider of that name
 * behind it.
 */
export function routed(call: ProviderCall, routing: Routing): ProviderCall {
  if (!ROUTED.has(call.wire)) return call
  const body = call.json()
  const asked = isObject(body.provider) ? body.provider : undefined
  const remove = ['models', 'route'].filter((key) => body[key] !== undefined)
  if (!asked && !routing.given && routing.region === undefined)
    return remove.length === 0 ? call : { ...call, body: editBody(call.body, { remove }) }
  const provider = preferences({ ...routing.given, ...asked, ...heldTo(routing.given) }, call.wire, routing)
  if (Object.keys(provider).length > 0) return { ...call, body: editBody(call.body, { set: { provider }, remove }) }
  if (asked) remove.push('provider')
  return remove.length === 0 ? call : { ...call, body: editBody(call.body, { remove }) }
}

function preferences(asked: JsonObject, wire: Wire, { own, region }: Routing): JsonObject {
  const { order, only, ignore, ...rest } = asked
  const kept = Object.fromEntries(
    Object.entries(rest).filter(([key]) => wire !== 'openai-images' || OF_IMAGES.has(key)),
  )
  if (region !== undefined) return { ...kept, only: [region.replace(':', '/')], allow_fallbacks: false }
  const isOwn = (name: string): boolean => name === own || name.startsWith(`${own}/`)
  const provider: JsonObject = kept
  // Whoever asks for this provider among others has got it.
  const allowed = names(only)
  if (allowed.length > 0 && !allowed.some(isOwn)) provider.only = allowed
  const first = names(order).filter((name) => !isOwn(name))
  if (first.length > 0) provider.order = first
  const ignored = names(ignore).filter((name) => !isOwn(name))
  if (ignored.length > 0) provider.ignore = ignored
  return provider
}

/** What the configuration promises of all requests no request takes back. */
const heldTo = (given: JsonObject = {}): JsonObject => ({
  ...(given.zdr === true && { zdr: true }),
  ...(given.data_collection === 'deny' && { data_collection: 'deny' }),
})

const names = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []
