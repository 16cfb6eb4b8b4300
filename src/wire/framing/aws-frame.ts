/** What one frame of an `application/vnd.amazon.eventstream` says, as an event. */
import type { JsonObject } from '../../plugins/api.ts'
import { parseObject } from '../read/tolerant-json.ts'
import { numberOf } from '../untyped.ts'
import type { FramedEvent } from './framing.ts'

/** Bytes of the value by its type: true, false, byte, short, int, long, -, -, timestamp, UUID. */
const FIXED: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const BYTES = 6
const STRING = 7

/**
 * Undefined when the headers are none. Exceptions and errors, in whatever wire, become an event `error` with
 * `{ error: { type, message } }`; a `chunk` of InvokeModel is the event of the model's own wire that it wraps.
 */
export function frameOf(headerBytes: Buffer, payload: Buffer): FramedEvent | undefined {
  const headers = headersOf(headerBytes)
  if (!headers) return undefined
  switch (headers.get(':message-type')) {
    case 'event':
      return eventOf(headers.get(':event-type'), payload.toString())
    case 'exception':
      return errorOf(headers.get(':exception-type'), payload.toString())
    case 'error':
      return errorOf(headers.get(':error-code'), JSON.stringify({ message: headers.get(':error-message') ?? '' }))
    default:
      return { event: undefined, data: undefined, blank: true }
  }
}

/** Only strings are kept: all that has a meaning is one. */
function headersOf(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>()
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!
    const type = bytes[nameEnd]
    if (type === undefined) return undefined
    const isSized = type === BYTES || type === STRING
    if (isSized && nameEnd + 3 > bytes.length) return undefined
    const from = isSized ? nameEnd + 3 : nameEnd + 1
    const size = isSized ? bytes.readUInt16BE(nameEnd + 1) : FIXED[type]
    if (size === undefined || from + size > bytes.length) return undefined
    if (type === STRING) headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', from, from + size))
    at = from + size
  }
  return headers
}

function eventOf(type: string | undefined, payload: string): FramedEvent {
  if (type === 'initial-response' || payload === '') return { event: type, data: undefined, blank: true }
  if (type !== 'chunk') return { event: type, data: payload, blank: false }
  const { bytes } = membersOf(payload)
  // Not what it should be: whoever reads it will say so.
  if (typeof bytes !== 'string') return { event: type, data: payload, blank: false }
  const data = Buffer.from(bytes, 'base64').toString()
  return { event: textOf(membersOf(data).type), data, blank: false }
}

/** A model's own failure stands beside what Bedrock says of it. */
function errorOf(type: string | undefined, payload: string): FramedEvent {
  const { message, Message, originalStatusCode, originalMessage } = membersOf(payload)
  const error = {
    type: type ?? 'error',
    message: textOf(message) ?? textOf(Message) ?? payload,
    originalStatusCode: numberOf(originalStatusCode),
    originalMessage: textOf(originalMessage),
  }
  return { event: 'error', data: JSON.stringify({ error }), blank: false }
}

const membersOf = (json: string): JsonObject => parseObject(json) ?? NONE

const NONE: JsonObject = Object.freeze({})

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
