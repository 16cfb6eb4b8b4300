import { RouterError } from '../errors.ts'
import { bytesOf, type FormBytes } from './form-bytes.ts'

/**
 * `multipart/form-data` (RFC 7578, and RFC 2046, section 5.1) that has come whole: where its parts stand. Nothing is
 * copied, so that a file is held once, and goes on byte for byte.
 */

/** A part, by its places in the form's bytes. */
export interface FormPart {
  readonly name: string
  /** Undefined: a field. */
  readonly file: FormFile | undefined
  /** Of its delimiter's first byte. */
  readonly start: number
  readonly valueStart: number
  readonly valueEnd: number
  /** Where the next part starts, or the end mark. */
  readonly end: number
}

export interface FormFile {
  readonly filename: string
  readonly contentType: string | undefined
}

const MAX_PARTS = 256
/** Bytes of the headers of one part. */
const MAX_HEAD = 8 * 1024
/** Bytes of a field that is no file. */
const MAX_FIELD = 1024 * 1024
const MAX_BOUNDARY = 70

const CRLF = '\r\n'
const HEAD_END = Buffer.from('\r\n\r\n')
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09

export const isForm = (contentType: string | undefined): contentType is string =>
  contentType !== undefined && /^\s*multipart\/form-data\b/i.test(contentType)

/** In their order. Throws ROUTER_BAD_FORM, also for a form beyond the bounds. */
export function parseForm(raw: FormBytes, contentType: string): FormPart[] {
  const delimiter = delimiterOf(contentType)
  const parts: FormPart[] = []
  // The first one may stand at the very beginning, without a line's end before it.
  let from = bytesOf(raw, 0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : 0
  if (from === 0) from = nextDelimiter(raw, delimiter, 0)
  if (from === NONE) throw broken('its boundary does not occur in it')
  while (!isLast(raw, from + delimiter.length)) {
    if (parts.length === MAX_PARTS) throw broken(`it has more than ${MAX_PARTS} parts`)
    const headStart = raw.indexOf(CRLF, from + delimiter.length)
    const headEnd = headStart < 0 ? NONE : headEndOf(raw, headStart)
    if (headEnd === NONE) throw broken(`part ${parts.length + 1} has no end of its headers within ${MAX_HEAD} bytes`)
    const valueStart = headEnd + HEAD_END.length
    // An empty part may do without a line's end of its own.
    const next = nextDelimiter(raw, delimiter, valueStart - CRLF.length)
    if (next === NONE) throw broken(`part ${parts.length + 1} has no end`)
    const { name, file } = readHead(raw.toString('utf8', headStart + CRLF.length, headEnd), parts.length + 1)
    const valueEnd = Math.max(valueStart, next)
    if (!file && valueEnd - valueStart > MAX_FIELD)
      throw broken(`the field "${name.slice(0, 100)}" is longer than ${MAX_FIELD} bytes`)
    parts.push({ name, file, start: from + CRLF.length, valueStart, valueEnd, end: next + CRLF.length })
    from = next
  }
  return parts
}

const NONE = -3

/** Of a delimiter that is one: it is followed by the end mark or by the end of its line. */
function nextDelimiter(raw: FormBytes, delimiter: Buffer, from: number): number {
  for (let at = raw.indexOf(delimiter, from); at >= 0; at = raw.indexOf(delimiter, at + 1)) {
    let after = at + delimiter.length
    if (isLast(raw, after)) return at
    while (raw.at(after) === SPACE || raw.at(after) === TAB) after++
    if (raw.at(after) === 0x0d && raw.at(after + 1) === 0x0a) return at
  }
  return NONE
}

const isLast = (raw: FormBytes, after: number) => raw.at(after) === DASH && raw.at(after + 1) === DASH

/** A part without headers ends them with its first line. */
function headEndOf(raw: FormBytes, headStart: number): number {
  const at = raw.subarray(headStart, headStart + MAX_HEAD).indexOf(HEAD_END)
  return at < 0 ? NONE : headStart + at
}

/** What stands before each part. Throws ROUTER_BAD_FORM. */
export const delimiterOf = (contentType: string): Buffer => Buffer.from(`${CRLF}--${boundaryOf(contentType)}`)

function boundaryOf(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"\r\n]+)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw broken('its content-type names no boundary')
  if (boundary.length > MAX_BOUNDARY) throw broken(`its boundary is longer than ${MAX_BOUNDARY} characters`)
  return boundary
}

function readHead(head: string, number: number): { name: string; file: FormFile | undefined } {
  const headers = new Map<string, string>()
  for (const line of head.split(CRLF)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  const disposition = headers.get('content-disposition') ?? ''
  const name = /^form-data\b/i.test(disposition) ? parameter(disposition, 'name') : undefined
  if (name === undefined || name === '') throw broken(`part ${number} has no name`)
  const contentType = headers.get('content-type')
  if (contentType !== undefined && /^multipart\//i.test(contentType)) throw broken('a form inside a form is not taken')
  const filename = parameter(disposition, 'filename') ?? (/;\s*filename\*=/i.test(disposition) ? '' : undefined)
  const isFile = filename !== undefined || /^application\/octet-stream\b/i.test(contentType ?? '')
  return { name, file: isFile ? { filename: filename ?? '', contentType } : undefined }
}

/** Clients escape a quote with a backslash, browsers as %22. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(disposition)
  return match?.[1]?.replace(/\\(.)/g, '$1').replace(/%22/g, '"') ?? match?.[2]
}

const broken = (reason: string) => new RouterError('ROUTER_BAD_FORM', { reason })
