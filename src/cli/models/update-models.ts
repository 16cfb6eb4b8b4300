import { createHash, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import { fromModelsDev, type ModelsDev } from '../../catalogue/models-dev.ts'
import { currentUpdate, keepUpdate, type UpdateOrigin } from '../../catalogue/updates.ts'
import { type Downloaded, download } from './download.ts'
import { isSignedBy, publicKeyOf } from './signature.ts'

const TIMEOUT_MS = 60_000
/** A file with less in it is not what it should be. */
const FEWEST_MODELS = 20

export interface UpdateRequest {
  /** URL or file. */
  readonly source: string
  /** What the bytes must come to, in hex. */
  readonly sha256?: string
  /** Ed25519, as PEM or in base64: the bytes must be signed with its private key. */
  readonly publicKey?: string
  /** URL or file of the signature. Default: the source's, with `.sig` at the end. */
  readonly signature?: string
  /** For each file. Default: a minute. */
  readonly timeoutMs?: number
}

/** What `router models update` did; also its `--json`. */
export interface UpdateReport {
  readonly source: string
  /** Of the bytes that were read. */
  readonly sha256: string
  /** A signature was asked for, and is right. */
  readonly signed: boolean
  /** The source is what it was at the last update, which stays. */
  readonly unchanged: boolean
  readonly services: number
  readonly models: number
}

/**
 * Takes a catalogue in the form of models.dev's `api.json` from a URL or a file, checks it, and keeps it in the state
 * folder in place of the last one. A URL without hash or key must be https.
 * @throws RouterError ROUTER_MODELS_UPDATE; what was known stays
 */
export async function updateModels(stateDirectory: string, asked: UpdateRequest, now: number): Promise<UpdateReport> {
  const { source } = asked
  try {
    return await update(stateDirectory, asked, now)
  } catch (error) {
    throw new RouterError('ROUTER_MODELS_UPDATE', { source, reason: reasonOf(error) }, { cause: error })
  }
}

const because = (reason: string) => new RouterError('ROUTER_USAGE', { reason })

async function update(stateDirectory: string, asked: UpdateRequest, now: number): Promise<UpdateReport> {
  const { source, sha256, publicKey } = asked
  const key = publicKey === undefined ? undefined : publicKeyOf(publicKey)
  if (publicKey !== undefined && !key) throw because('the public key is no Ed25519 key')
  if (asked.signature !== undefined && !key) throw because('a signature needs the public key that it is checked with')
  const last = currentUpdate(stateDirectory)
  const etag = last?.origin && fits(last.origin, asked) ? last.origin.etag : undefined
  const found = await fetched(source, asked, etag)
  if (found === 'unchanged') {
    const services = Object.values(last!.services)
    const models = services.reduce((sum, count) => sum + count, 0)
    const { sha256: before } = last!.origin!
    return { source, sha256: before, signed: key !== undefined, unchanged: true, services: services.length, models }
  }
  const { bytes } = found
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== undefined && sha256.toLowerCase() !== hash) throw because(`its SHA-256 is ${hash}`)
  if (key) await checkSignature(key, bytes, asked)
  const rows = fromModelsDev(providersIn(bytes) ?? {})
  const models = [...rows.values()].flat().length
  if (models < FEWEST_MODELS) throw because("it is no catalogue in the form of models.dev's api.json")
  const day = new Date(now).toISOString().slice(0, 10)
  await keepUpdate(stateDirectory, rows, {
    date: day,
    sources: [`${source}, SHA-256 ${hash}, ${key ? 'signed, ' : ''}${day}`],
    origin: {
      source,
      sha256: hash,
      ...(found.etag !== undefined && { etag: found.etag }),
      ...(publicKey !== undefined && { publicKey }),
    },
  })
  return { source, sha256: hash, signed: key !== undefined, unchanged: false, services: rows.size, models }
}

/** Whether what was kept then would be taken now: the same file, held to the same. */
const fits = (last: UpdateOrigin, { source, sha256, publicKey }: UpdateRequest): boolean =>
  last.source === source &&
  last.publicKey === publicKey &&
  (sha256 === undefined || sha256.toLowerCase() === last.sha256)

async function checkSignature(key: KeyObject, bytes: Buffer, asked: UpdateRequest): Promise<void> {
  const place = asked.signature ?? signatureBeside(asked.source)
  let signature: Downloaded | 'unchanged'
  try {
    signature = await fetched(place, asked)
  } catch (error) {
    throw because(`its signature, ${place}, cannot be had: ${reasonOf(error)}`)
  }
  if (signature === 'unchanged' || !isSignedBy(key, bytes, signature.bytes))
    throw because(`${place} is not its signature by the public key`)
}

const isUrl = (place: string): boolean => /^https?:\/\//.test(place)

/** Before the query, where there is one. */
function signatureBeside(source: string): string {
  if (!isUrl(source)) return `${source}.sig`
  const url = new URL(source)
  url.pathname += '.sig'
  return url.href
}

async function fetched(
  place: string,
  { sha256, publicKey, timeoutMs = TIMEOUT_MS }: UpdateRequest,
  etag?: string,
): Promise<Downloaded | 'unchanged'> {
  if (!isUrl(place)) return { bytes: await readFile(place) }
  const isChecked = sha256 !== undefined || publicKey !== undefined
  return download(new URL(place), { isChecked, timeoutMs, ...(etag !== undefined && { etag }) })
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
