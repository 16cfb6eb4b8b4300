/** Content codings of HTTP bodies (RFC 9110, section 8.4; the names are IANA's), requests and answers alike. */

import type { Transform } from 'node:stream'
import {
  brotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
} from 'node:zlib'

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** For people. */
export const KNOWN_CODINGS = 'gzip, deflate, br, zstd'
/** More than one is rare; many are an attack. */
const MAX_CODINGS = 3

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])
const REGISTERED: ReadonlySet<string> = new Set([
  'aes128gcm',
  'compress',
  'x-compress',
  'dcb',
  'dcz',
  'exi',
  'pack200-gzip',
])

/**
 * The codings that a header `content-encoding` names, in the order in which they were applied; empty for a plain body.
 * What is no coding, such as `none` or `utf-8`, means nothing. A string: one that cannot be taken.
 */
export function codingsOf(header: string | undefined): readonly Coding[] | string {
  if (header === undefined || header === 'identity') return NONE
  const codings: Coding[] = []
  for (const part of header.split(',')) {
    const name = part.trim().toLowerCase()
    if (REGISTERED.has(name)) return name
    const coding = CODINGS.get(name)
    if (coding) codings.push(coding)
    if (codings.length > MAX_CODINGS) return 'too many codings'
  }
  return codings
}

const NONE: readonly Coding[] = []

/**
 * The low half of the first byte of zlib's format; servers disagree whether `deflate` has it (RFC 9110, section
 * 8.4.1.2).
 */
const isZlib = (bytes: Buffer) => (bytes[0]! & 0x0f) === 8

/**
 * Decodes a whole body, aside in a thread of its own. Rejects what is not in this coding, or is larger than `limit`
 * (ERR_BUFFER_TOO_LARGE).
 */
export function decodeWhole(bytes: Buffer, coding: Coding, limit: number): Promise<Buffer> {
  const options = { maxOutputLength: limit }
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Buffer) => (error ? reject(error) : resolve(result))
    if (coding === 'gzip') gunzip(bytes, options, done)
    else if (coding === 'br') brotliDecompress(bytes, options, done)
    else if (coding === 'zstd') zstdDecompress(bytes, options, done)
    else if (isZlib(bytes)) inflate(bytes, options, done)
    else inflateRaw(bytes, options, done)
  })
}

/**
 * False when a body that begins with these bytes is certainly not in the coding. Text, which it then is, begins
 * otherwise.
 */
export function isCoded(first: Buffer, coding: Coding): boolean {
  if (coding === 'gzip') return first[0] === 0x1f
  return coding !== 'zstd' || first[0] === 0x28
}

/**
 * Decodes a body as it comes. `first`: its first bytes, where known. A body that is cut short ends early, and is no
 * error here.
 */
export function createDecoder(coding: Coding, first?: Buffer): Transform {
  const finish = { finishFlush: constants.Z_SYNC_FLUSH }
  if (coding === 'gzip') return createGunzip(finish)
  if (coding === 'br') return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
  if (coding === 'zstd') return createZstdDecompress({ finishFlush: constants.ZSTD_e_flush })
  return !first || isZlib(first) ? createInflate(finish) : createInflateRaw(finish)
}
