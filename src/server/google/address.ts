import { RouterError } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject, Operation, Wire } from '../../plugins/api.ts'
import { parseObject, type RequestBody } from '../request-body.ts'
import type { Surface } from '../surfaces.ts'
import { ADDRESS } from './paths.ts'

/** What Google's clients ask a model for, by the word behind its name. */
interface Method {
  readonly operation: Operation
  readonly wire: Wire
  readonly field: string
}

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['generateContent', { operation: 'chat', wire: 'gemini', field: 'contents' }],
  ['streamGenerateContent', { operation: 'chat', wire: 'gemini', field: 'contents' }],
  ['countTokens', { operation: 'counting', wire: 'gemini-count-tokens', field: 'contents' }],
  ['embedContent', { operation: 'embedding', wire: 'gemini-embeddings', field: 'content' }],
  ['batchEmbedContents', { operation: 'embedding', wire: 'gemini-batch-embeddings', field: 'requests' }],
])

export interface GoogleAsk {
  readonly surface: Surface
  readonly prefix: string
  /** It wants a list of answers, and no events: `alt=sse` is missing. */
  readonly asList: boolean
}

/** Undefined for any other address. `path`: decoded, without its query. */
export function googleAsk(path: string, url: string): GoogleAsk | undefined {
  const [, model, word] = ADDRESS.exec(path) ?? []
  const method = word === undefined ? undefined : METHODS.get(word)
  if (!method) return undefined
  const streams = word === 'streamGenerateContent'
  const asList = streams && !/[?&](?:\$|%24)?alt=sse\b/i.test(url)
  const read = (bytes: Buffer): RequestBody => readGoogle(bytes, method, model!, streams && !asList)
  return { surface: { path, operation: method.operation, wire: method.wire, read }, prefix: '', asList }
}

/** Model and streaming stand beside the body's own fields; the bytes stay as they came. */
function readGoogle(raw: Buffer, { field, operation }: Method, model: string, stream: boolean): RequestBody {
  const given = parseObject(raw)
  const counted = operation === 'counting' && isObject(given.generateContentRequest) ? given.generateContentRequest : {}
  const body: JsonObject = { ...given, ...counted, model, stream }
  const value = body[field]
  if (!isObject(value) && !(Array.isArray(value) && value.length > 0 && value.every(isObject)))
    throw new RouterError('ROUTER_BAD_REQUEST', {
      reason: `"${field}" must hold objects such as ${EXAMPLES[field]}.`,
      param: field,
    })
  return { raw, contentType: 'application/json', body, stream }
}

const EXAMPLES: Readonly<Record<string, string>> = {
  contents: '{"role": "user", "parts": [{"text": "Hi"}]}',
  content: '{"parts": [{"text": "Hi"}]}',
  requests: '{"model": "models/NAME", "content": {"parts": [{"text": "Hi"}]}}',
}
