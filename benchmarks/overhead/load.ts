/**
 * The load: raw sockets in a closed loop, so that the generator costs little beside what it measures. Answers are read as far as needed:
 * head, length or chunked end.
 */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly concurrency: number
  readonly stream: boolean
  readonly seconds: number
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

const MESSAGE = 'Tell me something about the sea, in about fifty words, and please be kind to those who cannot swim. '.repeat(4)

function requestBytes(port: number, stream: boolean): Buffer {
  const body = JSON.stringify({
    model: 'bench',
    stream,
    messages: [
      { role: 'system', content: 'You are helpful.' },
      { role: 'user', content: MESSAGE },
    ],
    temperature: 0.7,
  })
  return Buffer.from(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer bench-key-0123456789\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Runs one closed loop of `concurrency` connections for `seconds`. */
export async function run(load: Load): Promise<Measured> {
  const bytes = requestBytes(load.port, load.stream)
  const result = { latencies: [] as number[], firstToken: [] as number[], chunkDelays: [] as number[], errors: 0 }
  const started = performance.now()
  const until = started + load.seconds * 1000
  let done = 0
  await Promise.all(Array.from({ length: load.concurrency }, () => loop()))
  return { ...result, requestsPerSecond: (done * 1000) / (performance.now() - started) }

  async function loop(): Promise<void> {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    while (performance.now() < until) {
      const before = performance.now()
      const ok = load.stream ? await streamed(socket, before) : await whole(socket)
      if (!ok) result.errors++
      if (socket.destroyed) break
      done++
      if (!load.stream) result.latencies.push(performance.now() - before)
    }
    socket.destroy()
  }

  function whole(socket: Socket): Promise<boolean> {
    return exchange(socket, (text) => {
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return false
      const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
      return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length)
    })
  }

  function streamed(socket: Socket, before: number): Promise<boolean> {
    let seen = 0
    return exchange(socket, (text, piece) => {
      const now = process.hrtime.bigint()
      for (const [, sent] of piece.matchAll(/@(\d+)@/g)) {
        if (seen++ === 0) result.firstToken.push(performance.now() - before)
        result.chunkDelays.push(Number(now - BigInt(sent!)) / 1e6)
      }
      return text.endsWith('0\r\n\r\n')
    })
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
