import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { quantile, requestBytes } from './load.ts'

/** In the upstream's first token. */
const MARK = '@'
const END = '0\r\n\r\n'

/** Connections that ask at the same moment. */
export class Burst {
  readonly #sockets: readonly Socket[]
  readonly #bytes: Buffer

  constructor(sockets: readonly Socket[], bytes: Buffer) {
    this.#sockets = sockets
    this.#bytes = bytes
  }

  static async open(port: number, streams: number): Promise<Burst> {
    const sockets = Array.from({ length: streams }, () => connect({ port, host: '127.0.0.1', noDelay: true }))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    return new Burst(sockets, requestBytes({ port, stream: true }))
  }

  /** Milliseconds to the first token: the median of the streams, once all have ended. */
  async ask(): Promise<number> {
    const before = performance.now()
    const waits = await Promise.all(this.#sockets.map((socket) => this.#stream(socket, before)))
    return quantile(waits, 0.5)
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #stream(socket: Socket, before: number): Promise<number> {
    return new Promise((resolve) => {
      let firstMs: number | undefined
      let tail = ''
      const onData = (data: Buffer) => {
        const text = data.toString('latin1')
        if (text.includes(MARK)) firstMs ??= performance.now() - before
        tail = (tail + text).slice(-END.length)
        if (tail !== END) return
        socket.off('data', onData)
        resolve(firstMs ?? Number.NaN)
      }
      socket.on('data', onData)
      socket.write(this.#bytes)
    })
  }
}
