import type { IncomingMessage } from 'node:http'
import type { Client } from '../../access/client-keys.ts'
import { RouterError } from '../../base/errors.ts'
import type { JsonObject, Resource } from '../../plugins/api.ts'
import type { Provider } from '../../routing/catalogue.ts'
import type { RelayCall, Upload } from '../../routing/relay/relay-call.ts'
import type { ServerParts } from '../parts.ts'
import { PREFIXES } from '../surfaces.ts'
import type { Meant } from './meant.ts'
import { decodedSegment, needSafePath } from './path.ts'
import { AnswerReader } from './resource-answer.ts'

/** What can be asked of things of one kind: of all of them, of one, and under one. */
interface Kind {
  readonly operation: Extract<RelayCall['operation'], 'file' | 'batch'>
  /** Below `/v1`. */
  readonly path: string
  readonly title: string
  readonly all: readonly string[]
  readonly one: readonly string[]
  readonly under: Readonly<Record<string, string>>
}

const FILES = { operation: 'file', path: 'files', all: ['GET', 'POST'], one: ['GET', 'DELETE'] } as const

const KINDS: Readonly<Record<Resource, Kind>> = {
  files: { ...FILES, title: 'file', under: { content: 'GET' } },
  'anthropic-files': { ...FILES, title: 'file', under: { content: 'GET' } },
  uploads: {
    operation: 'file',
    path: 'uploads',
    title: 'upload',
    all: ['POST'],
    one: ['GET'],
    under: { parts: 'POST', complete: 'POST', cancel: 'POST' },
  },
  batches: {
    operation: 'batch',
    path: 'batches',
    title: 'batch',
    all: ['GET', 'POST'],
    one: ['GET'],
    under: { cancel: 'POST' },
  },
  'anthropic-batches': {
    operation: 'batch',
    path: 'messages/batches',
    title: 'batch',
    all: ['GET', 'POST'],
    one: ['GET', 'DELETE'],
    under: { cancel: 'POST', results: 'GET' },
  },
}

const BY_PATH: ReadonlyMap<string, Resource> = new Map([
  ['files', 'files'],
  ['uploads', 'uploads'],
  ['batches', 'batches'],
  ['messages/batches', 'anthropic-batches'],
])
const PLACE = new RegExp(`^(?:${PREFIXES.join('|')})/(${[...BY_PATH.keys()].join('|')})(?:/([^/]+)(?:/([^/]+))?)?/?$`)

/** What a request asks of things that a provider keeps; undefined when it asks for something else. */
export function resourceAsked(request: IncomingMessage, path: string, query: string): Ask | undefined {
  const [, place, id, under] = PLACE.exec(path) ?? []
  if (place === undefined) return undefined
  const { headers, method = '' } = request
  const plain = BY_PATH.get(place)!
  const resource = plain === 'files' && headers['anthropic-version'] !== undefined ? 'anthropic-files' : plain
  const { all, one, under: below } = KINDS[resource]
  const isMeant = under !== undefined ? below[under] === method : (id === undefined ? all : one).includes(method)
  return isMeant ? new Ask(request, resource, query, id, under) : undefined
}

export class Ask {
  readonly #request: IncomingMessage
  readonly #resource: Resource
  readonly #query: string
  readonly #id: string | undefined
  readonly #under: string | undefined

  constructor(
    request: IncomingMessage,
    resource: Resource,
    query: string,
    id: string | undefined,
    under: string | undefined,
  ) {
    this.#request = request
    this.#resource = resource
    this.#query = query
    this.#id = id
    this.#under = under
  }

  /** Throws when nobody can be asked, or it is not this client's. */
  async meant(parts: ServerParts, client: Client | undefined, body: Upload | Buffer | undefined): Promise<Meant> {
    const { operation, path: own } = KINDS[this.#resource]
    const provider = await this.#provider(parts, client, body)
    const root = provider.adapter.resources?.[this.#resource] ?? own
    const path = [root, this.#id, this.#under].filter((part) => part !== undefined).join('/')
    const reader = new AnswerReader({
      owners: parts.owners,
      provider: provider.id,
      client,
      // Whoever has the only key, or needs none, has made all that the provider keeps for this router.
      isAlone: isAlone(parts),
      base: baseOf(this.#request),
    })
    const read = this.#under === 'content' || this.#under === 'results' ? undefined : reader.read.bind(reader)
    return {
      operation,
      provider,
      path,
      query: withoutProvider(this.#query),
      ...(read && { read, charges: () => reader.charges }),
    }
  }

  async #provider(
    parts: ServerParts,
    client: Client | undefined,
    body: Upload | Buffer | undefined,
  ): Promise<Provider> {
    const { title } = KINDS[this.#resource]
    if (this.#id !== undefined) {
      needSafePath(this.#id)
      return this.#ownerOf(parts, client, decodedSegment(this.#id), title)
    }
    const file = this.#resource === 'batches' && this.#request.method === 'POST' ? inputFile(body) : undefined
    return file === undefined ? this.#chosen(parts) : this.#ownerOf(parts, client, file, 'file')
  }

  async #ownerOf(parts: ServerParts, client: Client | undefined, id: string, title: string): Promise<Provider> {
    const owner = await parts.owners.find(id)
    const isOwn = owner
      ? client === undefined || owner.client === '' || owner.client === client.fingerprint
      : isAlone(parts)
    if (!isOwn) throw new RouterError('ROUTER_NO_RESOURCE', { kind: title, id: id.slice(0, 200) })
    // Made by other means: whoever could have it is asked.
    if (!owner) return this.#chosen(parts)
    const provider = parts.engine.catalogue.providers.get(owner.provider)
    if (!provider?.adapter.passThrough)
      throw new RouterError('ROUTER_NO_RESOURCE', { kind: title, id: id.slice(0, 200) })
    return provider
  }

  /** The provider that is named, else the only one that has such things. */
  #chosen({ engine, relays }: ServerParts): Provider {
    const providers = [...engine.catalogue.providers.values()].filter(
      ({ adapter, account }) => adapter.passThrough && account === undefined,
    )
    const named = namedProvider(this.#request, this.#query)
    if (named !== undefined) {
      const provider = providers.find(({ id }) => id === named)
      if (provider) return relays.accounts.first(provider)
      throw new RouterError('ROUTER_BAD_REQUEST', {
        reason: `The provider "${named.slice(0, 100)}" is not configured, or nothing can be passed on to it.`,
      })
    }
    const having = providers.filter(({ adapter }) => adapter.resources?.[this.#resource] !== undefined)
    const may = having.length > 0 ? having : providers.filter(({ adapter }) => adapter.resources === undefined)
    const resource = KINDS[this.#resource].path
    if (may.length === 0) throw new RouterError('ROUTER_NO_RESOURCES', { resource })
    if (may.length > 1)
      throw new RouterError('ROUTER_WHICH_PROVIDER', { resource, providers: may.map(({ id }) => id).join(', ') })
    return relays.accounts.first(may[0]!)
  }
}

const isAlone = ({ keys }: ServerParts) => keys().count <= 1

function namedProvider({ headers }: IncomingMessage, query: string): string | undefined {
  const header = headers['x-router-provider']
  return new URLSearchParams(query).get('provider') ?? (typeof header === 'string' ? header : undefined)
}

/** The router's own parameter is not sent on. */
function withoutProvider(query: string): string {
  const kept = query
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('provider='))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function inputFile(body: Upload | Buffer | undefined): string | undefined {
  if (!Buffer.isBuffer(body)) return undefined
  try {
    const { input_file_id } = JSON.parse(body.toString()) as JsonObject
    return typeof input_file_id === 'string' ? input_file_id : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) return undefined
    throw new RouterError('ROUTER_BAD_JSON', { reason: 'it ends too early or is no JSON' })
  }
}

/** The address that the client knows this router by. */
function baseOf({ headers }: IncomingMessage): string {
  const { host, 'x-forwarded-proto': proto } = headers
  return host === undefined ? '' : `${proto === 'https' ? 'https' : 'http'}://${host}`
}
