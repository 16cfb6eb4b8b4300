/** Whatever is taken for an answer, Node's parser (llhttp) takes for the same. */
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AnswerParser } from '../../../../../src/routing/upstream/http1/answer-parser.ts'
import { runs } from '../../../../helpers/properties.ts'

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * The first answer in these bytes, behind which the other side closes, and what of them it is; undefined when it is
 * none or cut.
 */
function ours(bytes: Buffer): { answer: Answer; taken: Buffer } | undefined {
  let status = 0
  let body = ''
  let ended = false
  const parser = new AnswerParser({
    head: (code) => {
      status = code
    },
    data: (piece) => {
      body += piece.toString('latin1')
    },
    end: () => {
      ended = true
    },
  })
  parser.expect(false)
  let at = 0
  while (at < bytes.length && !ended) if (parser.push(bytes.subarray(at, ++at))) return undefined
  if (!ended) parser.closed()
  return ended ? { answer: { status, body }, taken: bytes.subarray(0, at) } : undefined
}

let answering: Buffer = Buffer.alloc(0)
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.end(answering))
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

function nodes(bytes: Buffer): Promise<Answer | undefined> {
  answering = bytes
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false })
    asked.on('response', (response) => {
      let body = ''
      response.on('data', (piece: Buffer) => {
        body += piece.toString('latin1')
      })
      response.on('end', () => resolve({ status: response.statusCode!, body }))
      response.on('error', () => resolve(undefined))
    })
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}

/** Of which answers are put together, well and badly. */
const LINES = [
  'Content-Length: 3',
  'content-length: 03',
  'Content-Length: 3 ',
  'Content-Length: 4',
  'Content-Length: 0',
  'Content-Length: 3, 3',
  'Content-Length : 3',
  'Content-Length:\t3',
  'Content-Length: -3',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, gzip',
  'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked',
  'transfer-encoding:\x0bchunked',
  'Connection: close',
  'x: y',
  ' folded: y',
  'x',
  ': y',
  'x: \u0001',
  'x\u00e9: y',
  'x: \u00e9',
]
const BODIES = [
  'abc',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;a\r\nabc\r\n0\r\nt: u\r\n\r\n',
  '3\nabc\n0\n\n',
  '3\r\nabcd\r\n0\r\n\r\n',
  '03\r\nabc\r\n00\r\n\r\n',
  ' 3\r\nabc\r\n0\r\n\r\n',
  '3 \r\nabc\r\n0\r\n\r\n',
  '3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
]
const START = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200',
  'HTTP/1.1 200 ',
  'HTTP/1.0 200 OK',
  'HTTP/1.1  200 OK',
  'http/1.1 200 OK',
  'HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK',
  '\r\nHTTP/1.1 200 OK',
  'HTTP/1.1 204 No',
]
const END = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n']

const built = fc
  .record({
    start: fc.constantFrom(...START),
    lines: fc.array(fc.constantFrom(...LINES), { maxLength: 3 }),
    ends: fc.array(fc.constantFrom(...END), { minLength: 5, maxLength: 5 }),
    body: fc.constantFrom(...BODIES),
    changes: fc.array(fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 0, max: 255 })), { maxLength: 2 }),
    isChanged: fc.boolean(),
  })
  .map(({ start, lines, ends, body, changes, isChanged }) => {
    const head = [start, ...lines].map((line, index) => line + ends[index]!).join('')
    const bytes = Buffer.from(`${head}${ends[4]!}${body}`, 'latin1')
    if (isChanged) for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
    return bytes
  })

test('what is taken for an answer', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(built, async (bytes) => {
      const read = ours(bytes)
      if (!read) return
      taken++
      expect(await nodes(read.taken)).toEqual(read.answer)
    }),
    { numRuns: runs(3000) },
  )
  expect(taken).toBeGreaterThan(100)
})
