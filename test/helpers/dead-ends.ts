/** Addresses at which nothing good happens. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Port 1 (tcpmux) has no server on any machine that runs tests: connections are refused. */
export const REFUSED_URL = 'http://127.0.0.1:1/v1'

/** `.invalid` is reserved never to resolve (RFC 2606). */
export const UNRESOLVABLE_URL = 'http://upstream.invalid/v1'

export interface DeadEnd {
  readonly url: string
  close(): Promise<void>
}

/** Resets every connection as soon as it is accepted. */
export async function startResetting(): Promise<DeadEnd> {
  const server = createServer((socket) => void socket.on('error', () => {}).resetAndDestroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

/**
 * Never completes a handshake: a listener whose thread is blocked and whose queue of length one has been filled. Linux
 * only; elsewhere the handshake may succeed and then hang.
 */
export async function startUnaccepting(): Promise<DeadEnd> {
  const lock = new Int32Array(new SharedArrayBuffer(4))
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => { Atomics.wait(workerData, 0, 0); process.exit() })
    })`
  const worker = new Worker(source, { eval: true, workerData: lock })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  const fillers: Socket[] = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(fillers.slice(0, 2).map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      for (const socket of fillers) socket.destroy()
      Atomics.store(lock, 0, 1)
      Atomics.notify(lock, 0)
      await new Promise((resolve) => worker.once('exit', resolve))
    },
  }
}
