/** A socket to say anything on, however wrong. */
import { connect, type Socket } from 'node:net'
import { inTime } from './patience.ts'

export interface RawConnection {
  readonly socket: Socket
  write(text: string | Buffer): void
  /** Everything received so far. */
  text(): string
  /** Settles when what has been received matches; rejects when the connection closes first. */
  waitFor(pattern: RegExp): Promise<string>
  /** Settles, with all that was received, when the other side has closed. */
  readonly closed: Promise<string>
  destroy(): void
}

export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  const listeners = new Set<() => void>()
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (const listener of listeners) listener()
  })
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(text))
  })
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    text: () => text,
    closed,
    waitFor: (pattern) => {
      const match = new Promise<string>((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(text)) return
          listeners.delete(check)
          resolve(text)
        }
        listeners.add(check)
        check()
        closed.then(() =>
          pattern.test(text) ? resolve(text) : reject(new Error(`closed after: ${text.slice(0, 500)}`)),
        )
      })
      return inTime(match, `${pattern} from ${url}`, () => text.slice(0, 500))
    },
    destroy: () => void socket.destroy(),
  }
}

/** The head of a POST, for a body that follows (or does not). */
export const postHead = (path: string, length: number | 'chunked', headers: Record<string, string> = {}): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n')
