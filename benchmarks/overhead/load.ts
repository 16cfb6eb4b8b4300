/**
 * The load: raw sockets in a closed loop, so that the generator costs little beside what it measures. Answers are read
 * as far as needed: head, length or chunked end.
 */
import { connect, type Socket } from 'node:net'
import { ASKS, type Ask } from './asks.ts'

export interface Load {
  readonly port: number
  /** Header lines of a peer's own, each with its line end. */
  readonly headers?: string
  readonly concurrency: number
  readonly stream: boolean
  readonly seconds: number
  /** Default: a chat. */
  readonly ask?: Ask
}

export interface Measured {
  readonly requestsPerSecond: number
  /** Milliseconds per request; empty for streams. */
  readonly latencies: number[]
  /** Milliseconds from asking to the first byte of content; streams only. */
  readonly firstToken: number[]
  /** Milliseconds from the upstream's writing of a chunk to its arrival here; streams only. */
  readonly chunkDelays: number[]
  readonly errors: number
}

/** When the upstream wrote a chunk: monotonic nanoseconds. */
const MARK = /@(\d+)@/g
const LAST_CHUNK = '0\r\n\r\n'
/** Whoever says nothing for so long will not answer any more. Milliseconds. */
export const SILENCE_MS = 60_000
/** Of the upstream's streams. */
const CHUNKS = Number(process.env.CHUNKS ?? 20)

/** What is sent over and over. */
export type Sent = Pick<Load, 'port' | 'stream' | 'headers' | 'ask'>

export function requestBytes({ port, stream, headers = '', ask = ASKS.chat }: Sent): Buffer {
  const body = JSON.stringify({ ...ask.body, ...(stream && { stream }) })
  return Buffer.from(
    `POST ${ask.path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer bench-key-0123456789\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Runs one closed loop of `concurrency` connections for `seconds`. */
export async function run(load: Load): Promise<Measured> {
  const bytes = requestBytes(load)
  const result = { latencies: [] as number[], firstToken: [] as number[], chunkDelays: [] as number[], errors: 0 }
  const started = performance.now()
  const until = started + load.seconds * 1000
  let done = 0
  await Promise.all(Array.from({ length: load.concurrency }, () => loop()))
  return { ...result, requestsPerSecond: (done * 1000) / (performance.now() - started) }

  async function loop(): Promise<void> {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    socket.setTimeout(SILENCE_MS, () => socket.destroy())
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    // Each connection asks once at least.
    do {
      const before = performance.now()
      const ok = load.stream ? await streamed(socket, before) : await whole(socket)
      if (!ok) result.errors++
      if (socket.destroyed) break
      done++
      if (!load.stream) result.latencies.push(performance.now() - before)
    } while (performance.now() < until)
    socket.destroy()
  }

  function whole(socket: Socket): Promise<boolean> {
    let length: number | undefined
    let isChunked = false
    // Large answers come in many pieces, and a look at all of the text would put them together each time.
    return exchange(socket, (text, piece) => {
      if (length === undefined && !isChunked) {
        const head = text.indexOf('\r\n\r\n')
        if (head < 0) return false
        const body = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
        if (body === undefined) isChunked = true
        else length = head + 4 + Number(body)
      }
      if (length !== undefined) return text.length >= length
      return (piece.length < LAST_CHUNK.length ? text : piece).endsWith(LAST_CHUNK)
    })
  }

  /** False, too, when a chunk is missing or out of order. */
  async function streamed(socket: Socket, before: number): Promise<boolean> {
    let seen = 0
    let last = 0n
    let inOrder = true
    let read = 0
    const ok = await exchange(socket, (text) => {
      const now = process.hrtime.bigint()
      // From behind the last mark: a packet may end within one.
      MARK.lastIndex = read
      // At the end of a response all of its text comes again.
      for (let found = seen < CHUNKS && MARK.exec(text); found; found = seen < CHUNKS && MARK.exec(text)) {
        read = MARK.lastIndex
        const sent = found[1]
        if (seen++ === 0) result.firstToken.push(performance.now() - before)
        inOrder &&= BigInt(sent!) >= last
        last = BigInt(sent!)
        result.chunkDelays.push(Number(now - last) / 1e6)
      }
      return text.endsWith('0\r\n\r\n')
    })
    return ok && inOrder && seen === CHUNKS
  }

  /** Sends the request and reads until `isDone`. */
  function exchange(socket: Socket, isDone: (text: string, piece: string) => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      let text = ''
      const finish = (ok: boolean) => {
        socket.off('data', onData).off('close', onClose)
        resolve(ok && text.startsWith('HTTP/1.1 200'))
      }
      const onData = (data: Buffer) => {
        // The end of an error may look otherwise: the connection is of no further use.
        if (text === '' && !data.toString('latin1').startsWith('HTTP/1.1 200')) {
          socket.destroy()
          return
        }
        const piece = data.toString('latin1')
        text += piece
        if (isDone(text, piece)) finish(true)
      }
      const onClose = () => finish(false)
      socket.on('data', onData).on('close', onClose)
      socket.write(bytes)
    })
  }
}

/** The `share` quantile, 0..1; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}
