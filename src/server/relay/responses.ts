import type { IncomingMessage } from 'node:http'
import type { Client } from '../../access/client-keys.ts'
import { RouterError } from '../../base/errors.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { badParameter } from '../bad-parameter.ts'
import type { ServerParts } from '../parts.ts'
import { PREFIXES } from '../surfaces.ts'
import type { KeptResponses } from './kept-responses.ts'
import type { LocalAnswer, Meant } from './meant.ts'
import { decodedSegment, needSafePath } from './path.ts'

/** Of `GET input_items`: https://platform.openai.com/docs/api-reference/responses/input-items */
const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

const PLACE = new RegExp(`^(?:${PREFIXES.join('|')})/responses/([^/]+)(?:/([^/]+))?/?$`)
const METHODS: Readonly<Record<string, string>> = { input_items: 'GET', cancel: 'POST' }

/** What a request asks of a response that was answered before; undefined when it asks for something else. */
export function responseAsked(request: IncomingMessage, path: string, query: string): ResponseAsk | undefined {
  const [, id, under] = PLACE.exec(path) ?? []
  if (id === undefined) return undefined
  const { method = '' } = request
  const isMeant = under === undefined ? method === 'GET' || method === 'DELETE' : METHODS[under] === method
  return isMeant ? new ResponseAsk(method, id, under, query) : undefined
}

export class ResponseAsk {
  readonly #method: string
  readonly #segment: string
  readonly #under: string | undefined
  readonly #query: string

  constructor(method: string, segment: string, under: string | undefined, query: string) {
    this.#method = method
    this.#segment = segment
    this.#under = under
    this.#query = query
  }

  /** Who keeps it is asked, else the router's own copy is the answer. Throws ROUTER_RESPONSE_NOT_FOUND. */
  async meant({ engine, responses }: ServerParts, client: Client | undefined): Promise<Meant | LocalAnswer> {
    needSafePath(this.#segment)
    const id = decodedSegment(this.#segment)
    const account = client?.fingerprint ?? ''
    const keeper = await responses.keeper(id, account)
    const provider = keeper === undefined ? undefined : engine.catalogue.providers.get(keeper.split('@', 1)[0]!)
    if (provider?.adapter.passThrough) {
      const path = ['responses', this.#segment, this.#under].filter((part) => part !== undefined).join('/')
      const forget = async () => {
        responses.delete(id, account)
        return undefined
      }
      const read = this.#method === 'DELETE' ? { read: forget } : {}
      return { operation: 'passthrough', provider, path, query: this.#query, ...read }
    }
    const own = responses.get(id, account)
    if (own) return { json: this.#answer(id, account, own, responses) }
    if (provider) throw new RouterError('ROUTER_RESPONSE_NOT_REACHED', { id, provider: provider.id })
    throw new RouterError('ROUTER_RESPONSE_NOT_FOUND', { id: id.slice(0, 200) })
  }

  #answer(id: string, account: string, own: JsonObject, responses: KeptResponses): JsonObject {
    if (this.#method === 'DELETE') {
      responses.delete(id, account)
      return { id, object: 'response', deleted: true }
    }
    if (this.#under === 'cancel') throw bad('Cannot cancel a synchronous response.')
    const query = new URLSearchParams(this.#query)
    if (this.#under === 'input_items') {
      const items = responses.inputItems(id, account)
      if (!items) throw new RouterError('ROUTER_RESPONSE_NOT_FOUND', { id: id.slice(0, 200) })
      return page(items, id, query)
    }
    if (query.get('stream') === 'true') throw bad('Only a response that was made in the background can be streamed.')
    return own
  }
}

function page(all: readonly JsonObject[], response: string, query: URLSearchParams): JsonObject {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw badParameter('limit', `must be from 1 to ${MAX_LIMIT}`)
  const named = all.map((item, index) => (item.id === undefined ? { ...item, id: `${response}_${index}` } : item))
  const items: readonly JsonObject[] = query.get('order') === 'asc' ? named : named.reverse()
  const after = query.get('after')
  const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1
  if (after !== null && from === 0)
    throw new RouterError('ROUTER_BAD_REQUEST', { reason: 'There is no such item to go on after.', param: 'after' })
  const data = items.slice(from, from + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < items.length,
  }
}

const bad = (reason: string) => new RouterError('ROUTER_BAD_REQUEST', { reason })
