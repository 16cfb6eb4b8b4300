import { reasonOf } from '../../base/errors.ts'
import { type Connection, dispatcherTo, proxiesOf } from '../../base/outbound.ts'
import { redact } from '../../base/redact.ts'
import type { UpstreamRequest } from '../../plugins/api.ts'
import type { Provider } from '../catalogue.ts'

/** What one provider offers, or why it could not be asked. */
export interface UpstreamModels {
  readonly provider: string
  readonly models?: readonly string[]
  readonly error?: string
}

const TIMEOUT_MS = 20_000
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

async function listOf({ adapter, secrets, connection = {} }: Provider): Promise<Omit<UpstreamModels, 'provider'>> {
  const prepared = adapter.models?.()
  if (!prepared) return { error: 'it cannot list its models' }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const { status, headers, body } = adapter.answer
    ? await adapter.answer(prepared, signal)
    : await send(prepared, signal, connection)
  const text = await readText(body)
  if (status >= 400) {
    const { kind, message } = adapter.classify(status, headers, text)
    return { error: redact(`${status} ${kind}: ${message}`, secrets) }
  }
  const models = idsIn(text)
  return models ? { models } : { error: 'its answer is not a list of models' }
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

/** The ids of `{ data: [{ id }] }`, sorted; undefined for anything else. */
function idsIn(text: string): string[] | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: unknown }
    if (!Array.isArray(data)) return undefined
    return data
      .map((entry: { id?: unknown } | null) => entry?.id)
      .filter((id) => typeof id === 'string')
      .sort()
  } catch {
    return undefined
  }
}
