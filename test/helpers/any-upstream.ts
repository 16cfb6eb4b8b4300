/** An HTTP server on a port of its own that does whatever a test wants, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface AnyUpstream {
  readonly origin: string
  readonly asked: readonly Asked[]
  /** In place of answering after the whole body: gets the request as it begins. */
  raw: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  close(): Promise<void>
}

export async function startAnyUpstream(answer: (asked: Asked, response: ServerResponse) => void): Promise<AnyUpstream> {
  const asked: Asked[] = []
  const server = createServer({ requestTimeout: 0 }, async (request, response) => {
    response.on('error', () => {})
    if (upstream.raw) {
      upstream.raw(request, response)
      return
    }
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = '', url = '', headers } = request
    const whole = { method, url, headers, body: Buffer.concat(chunks) }
    asked.push(whole)
    answer(whole, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const upstream: AnyUpstream = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    raw: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return upstream
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
