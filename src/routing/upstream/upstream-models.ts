import { reasonOf } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import { type Connection, dispatcherTo, proxiesOf } from '../../base/outbound.ts'
import { redact } from '../../base/redact.ts'
import type { ModelPage, UpstreamRequest } from '../../plugins/api.ts'
import type { Provider } from '../catalogue.ts'

/** What one provider offers, or why it could not be asked. */
export interface UpstreamModels {
  readonly provider: string
  readonly models?: readonly string[]
  readonly error?: string
}

/** For all pages together. */
const TIMEOUT_MS = 20_000
const MAX_PAGES = 50
/** Bytes; the longest real lists have about 1 MB. */
const MAX_BYTES = 16 * 1024 ** 2

/** Asks every provider for its models, all at once. A provider that fails is in the result with its reason. */
export function upstreamModels(providers: Iterable<Provider>): Promise<UpstreamModels[]> {
  return Promise.all(
    [...providers].map(async (provider) => {
      try {
        return { provider: provider.id, ...(await listOf(provider)) }
      } catch (error) {
        return { provider: provider.id, error: redact(reasonOf(error), provider.secrets) }
      }
    }),
  )
}

/** Asks for page after page. */
async function listOf(provider: Provider): Promise<Omit<UpstreamModels, 'provider'>> {
  const { adapter } = provider
  if (!adapter.models) return { error: 'it cannot list its models' }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const models = new Set<string>()
  let next: string | undefined
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const found = await pageOf(provider, await adapter.models(next), signal)
    if ('error' in found) return found
    for (const name of found.models) models.add(name)
    if (found.next === undefined || found.next === next) break
    next = found.next
  }
  return { models: [...models].sort() }
}

async function pageOf(
  { adapter, secrets, connection = {} }: Provider,
  prepared: UpstreamRequest,
  signal: AbortSignal,
): Promise<ModelPage | { readonly error: string }> {
  const { status, headers, body } = adapter.answer
    ? await adapter.answer(prepared, signal)
    : await send(prepared, signal, connection)
  const text = await readText(body)
  if (status >= 400) {
    const { kind, message } = adapter.classify(status, headers, text)
    return { error: redact(`${status} ${kind}: ${message}`, secrets) }
  }
  const answer = parsed(text)
  const page = adapter.modelsIn ? adapter.modelsIn(answer) : plainList(answer)
  return page ?? { error: 'its answer is not a list of models' }
}

async function send({ method, url, headers, body }: UpstreamRequest, signal: AbortSignal, connection: Connection) {
  const dispatcher = dispatcherTo(url.origin, connection, { connectMs: TIMEOUT_MS }, proxiesOf(process.env))
  const path = `${url.pathname}${url.search}`
  const asked = { origin: url.origin, path, method, headers, signal }
  const answer = await dispatcher.request({ ...asked, ...(body !== undefined && { body }) })
  answer.body.once('close', () => void dispatcher.destroy())
  const flat = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]))
  return { status: answer.statusCode, headers: flat, body: answer.body }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    // Leaving the loop closes the connection.
    if (size > MAX_BYTES) break
  }
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** OpenAI's `{ data: [{ id }] }`, or, as some have it, that list alone; undefined for anything else. */
function plainList(answer: unknown): ModelPage | undefined {
  const list = isObject(answer) ? answer.data : answer
  if (!Array.isArray(list)) return undefined
  const models = list.map((entry: { id?: unknown } | null) => entry?.id).filter((id) => typeof id === 'string')
  return { models }
}
