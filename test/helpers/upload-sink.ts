/** An upstream that keeps nothing of what it is sent, so that it takes any amount of it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface UploadSink {
  readonly url: string
  /** Bytes of the requests so far. */
  readonly received: number
  close(): Promise<void>
}

/** Answers transcripts; with 500 where `broken` stands near the beginning of the form. */
export async function startSink(): Promise<UploadSink> {
  let received = 0
  const server = createServer((incoming, response) => {
    let isBroken = false
    let first = true
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (first) isBroken = chunk.subarray(0, 1000).includes('broken')
      first = false
    })
    incoming.on('end', () => {
      response.writeHead(isBroken ? 500 : 200, { 'content-type': 'application/json' })
      response.end(isBroken ? '{"error":{"message":"broken"}}' : '{"text":"Hello."}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get received() {
      return received
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
