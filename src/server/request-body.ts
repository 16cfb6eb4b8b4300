import { RouterError } from '../base/errors.ts'
import type { Form } from '../base/multipart/form.ts'
import type { FormBytes } from '../base/multipart/form-bytes.ts'
import type { JsonObject, Wire } from '../plugins/api.ts'
import { badParameter } from './bad-parameter.ts'

/** A client's request as its surface reads it. */
export interface RequestBody {
  /** What is sent on where nothing has to change; of a form in a file its two ends, to know it by. */
  readonly raw: Buffer
  readonly contentType: string
  readonly body: JsonObject
  /** The client wants a stream. */
  readonly stream: boolean
  /** The body is a form; `body` has its fields. */
  readonly form?: Form
  /** In place of the surface's, where one path serves two. */
  readonly wire?: Wire
}

/** `contentType`: as the client names it. Throws ROUTER_BAD_JSON or ROUTER_BAD_REQUEST. */
export type ReadBody = (bytes: Buffer, contentType: string | undefined) => RequestBody

/** The same for forms, also for those that lie in a file. Throws ROUTER_BAD_FORM, too. */
export type ReadForm = (bytes: FormBytes, contentType: string) => RequestBody

/** JSON, by whatever name: clients forget to say so. */
export const readJson: ReadBody = (bytes) => {
  const raw = withoutMark(bytes)
  const body = parseObject(raw)
  const { stream } = body
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw badParameter('stream', 'must be true or false')
  }
  return { raw, contentType: 'application/json', body, stream: stream === true }
}

/** What comes whole, whatever is asked for. */
export const readUnstreamed: ReadBody = (bytes, contentType) => ({ ...readJson(bytes, contentType), stream: false })

/** Windows tools begin files with a byte order mark, which is no part of their JSON. */
const withoutMark = (bytes: Buffer) =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

/** A body that must be a JSON object. Throws ROUTER_BAD_JSON. */
export function parseObject(raw: Buffer): JsonObject {
  if (raw.length === 0) throw new RouterError('ROUTER_BAD_JSON', { reason: 'it is empty' })
  let body: unknown
  try {
    body = JSON.parse(raw.toString())
  } catch (error) {
    // The parser quotes what it met, which may be a prompt: only the position is reported.
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined
    throw new RouterError('ROUTER_BAD_JSON', {
      reason: position ? `unexpected character at byte ${position}` : 'it ends too early or is no JSON',
    })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RouterError('ROUTER_BAD_JSON', { reason: 'it is not an object' })
  return body as JsonObject
}
