import type { Socket } from 'node:net'
import { giveBack, isLentToSend } from '../../base/give-back.ts'
import { noteStale } from './stale.ts'

/** Bytes of one interim answer: status line and headers. */
const INTERIM_LIMIT = 16 * 1024
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d/
/** As many bytes as tell an interim answer. */
const TELLING = 12
/** Where a status begins, behind `HTTP/1.1 `, and the first digit of interim ones. */
const STATUS_AT = 9
const ONE = 0x31
const HEAD_END = Buffer.from('\r\n\r\n')

/** Bytes are being handed on at once; others that come meanwhile are queued. */
let handing = false

/**
 * Watches an HTTP/1.1 connection of undici's, for four things that undici does not do. What comes is handed to it at
 * once: as a stream does it, it would be queued, and told of two ticks later. It tells which errors are those of stale
 * connections. And it skips interim answers that nobody asked for, as RFC 9110, section 15.2, wants it, where
 * undici hangs up at a 100. Not 101, which ends HTTP. It gives back the memory of bytes that were lent to be
 * sent. undici asks for bytes with `read()`, and writes the head of a request as one string and nothing else as a
 * string.
 */
export function watched<S extends Socket>(socket: S): S {
  const { push, read, write } = socket
  let requests = 0
  /** Nothing has come since the last request began. */
  let silent = true
  /** The status line of the answer has not been seen. */
  let expecting = false
  let held: Buffer | undefined
  /** What has just come, until it is asked for; null: it has been taken. */
  let fresh: Buffer | null | undefined

  function pushAtOnce(bytes: Buffer | null, encoding?: BufferEncoding): boolean {
    if (bytes === null || handing || socket.readableLength > 0) return push.call(socket, bytes, encoding)
    fresh = bytes
    handing = true
    let left: Buffer | null | undefined
    try {
      socket.emit('readable')
    } finally {
      handing = false
      left = fresh
      fresh = undefined
    }
    // Whoever was slow to take the last bytes asks for these later.
    return left ? push.call(socket, left) : true
  }

  function next(size?: number): Buffer | null {
    if (fresh) {
      const bytes = fresh
      fresh = null
      return bytes
    }
    return fresh === null && socket.readableLength === 0 ? null : read.call(socket, size)
  }

  function writeAndNote(data: string | Uint8Array, encoding?: BufferEncoding, callback?: () => void): boolean {
    if (typeof data === 'string') {
      requests += 1
      silent = true
      expecting = true
    } else if (!callback && isLentToSend(data)) {
      // What could not be sent may still be looked at.
      const sent = (error?: Error | null) => (error ? undefined : giveBack(data))
      return write.call(socket, data, encoding, sent)
    }
    return write.call(socket, data, encoding, callback)
  }

  function readFinal(size?: number): Buffer | null {
    let bytes = next(size)
    if (bytes === null) return null
    silent = false
    if (!expecting) return bytes
    if (held) bytes = Buffer.concat([held, bytes])
    held = undefined
    for (;;) {
      const short = bytes.length < TELLING
      if (!short && !isInterim(bytes)) break
      const end = short ? -1 : bytes.indexOf(HEAD_END)
      if (end < 0) {
        if (bytes.length > INTERIM_LIMIT) break
        held = bytes
        return null
      }
      bytes = bytes.subarray(end + HEAD_END.length)
      if (bytes.length === 0) return null
    }
    expecting = false
    return bytes
  }

  socket.write = writeAndNote as S['write']
  socket.read = readFinal
  socket.push = pushAtOnce
  // Before undici's own listener, which hands the same error to the request.
  return socket.on('error', (error) => {
    if (requests > 1 && silent) noteStale(error)
  })
}

/** All but the rare ones are told by the first digit of their status. */
const isInterim = (bytes: Buffer) => bytes[STATUS_AT] === ONE && INTERIM.test(bytes.toString('latin1', 0, TELLING))
