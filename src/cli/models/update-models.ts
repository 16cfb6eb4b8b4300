import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import { isLoopback } from '../../base/loopback.ts'
import { dispatcherTo, proxiesOf } from '../../base/outbound.ts'
import { fromModelsDev, type ModelsDev } from '../../catalogue/models-dev.ts'
import { keepUpdate } from '../../catalogue/updates.ts'

export const SOURCE = 'https://models.dev/api.json'

const TIMEOUT_MS = 60_000
const MAX_BYTES = 64 * 1024 ** 2
/** A file with less in it is not what it should be. */
const FEWEST_MODELS = 20

/** What `router models update` did; also its `--json`. */
export interface UpdateReport {
  readonly source: string
  /** Of the bytes that were read. */
  readonly sha256: string
  readonly services: number
  readonly models: number
}

/**
 * Takes a catalogue in the form of models.dev's `api.json` from a URL or a file, checks it, and keeps it in the state
 * folder in place of the last one.
 * @param sha256 what the bytes must come to, in hex; without it a URL must be https
 * @throws RouterError ROUTER_MODELS_UPDATE; what was known stays
 */
export async function updateModels(
  stateDirectory: string,
  source: string,
  sha256: string | undefined,
  now: number,
): Promise<UpdateReport> {
  const fail = (reason: string, cause?: unknown) =>
    new RouterError('ROUTER_MODELS_UPDATE', { source, reason }, { cause })
  let bytes: Buffer
  try {
    bytes = /^https?:\/\//.test(source) ? await download(new URL(source), sha256 !== undefined) : await readFile(source)
  } catch (error) {
    throw fail(reasonOf(error), error)
  }
  const found = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== undefined && sha256.toLowerCase() !== found) throw fail(`its SHA-256 is ${found}`)
  const rows = fromModelsDev(providersIn(bytes) ?? {})
  const models = [...rows.values()].flat().length
  if (models < FEWEST_MODELS) throw fail("it is no catalogue in the form of models.dev's api.json")
  const day = new Date(now).toISOString().slice(0, 10)
  try {
    await keepUpdate(stateDirectory, rows, { date: day, sources: [`${source}, SHA-256 ${found}, ${day}`] })
  } catch (error) {
    throw fail(reasonOf(error), error)
  }
  return { source, sha256: found, services: rows.size, models }
}

/** Rejects with an error whose message says why. */
async function download(url: URL, isChecked: boolean): Promise<Buffer> {
  if (url.protocol !== 'https:' && !isChecked && !isLoopback(url.hostname))
    throw new RouterError('ROUTER_USAGE', { reason: 'over plain http it needs --sha256' })
  const dispatcher = dispatcherTo(url.origin, {}, { connectMs: TIMEOUT_MS }, proxiesOf(process.env))
  try {
    const { statusCode, body } = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (statusCode !== 200) throw new RouterError('ROUTER_USAGE', { reason: `it answers ${statusCode}` })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > MAX_BYTES) throw new RouterError('ROUTER_USAGE', { reason: 'it is larger than 64 MB' })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    await dispatcher.destroy()
  }
}

/** Whatever has a table `models`. */
function providersIn(bytes: Buffer): ModelsDev | undefined {
  try {
    const data: unknown = JSON.parse(bytes.toString())
    if (!isObject(data)) return undefined
    const shaped = Object.entries(data).filter(([, provider]) => isObject(provider) && isObject(provider.models))
    return Object.fromEntries(shaped) as unknown as ModelsDev
  } catch {
    return undefined
  }
}
