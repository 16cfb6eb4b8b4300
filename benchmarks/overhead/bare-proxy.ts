/**
 * The yardstick: node:http in front, undici behind, the body parsed once, the answer piped. No routing, no keys, no
 * stats.
 */
import { createServer } from 'node:http'
import { Agent } from 'undici'

const origin = process.env.UPSTREAM ?? ''
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, pipelining: 1, allowH2: false })

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    JSON.parse(body.toString())
    agent.dispatch(
      {
        origin,
        path: request.url ?? '/',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
        body,
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          const { connection: _, 'keep-alive': __, ...rest } = headers
          response.writeHead(status, rest)
        },
        onResponseData(_controller, chunk) {
          response.write(chunk)
        },
        onResponseEnd() {
          response.end()
        },
        onResponseError() {
          response.destroy()
        },
      },
    )
  })
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('ready'))
