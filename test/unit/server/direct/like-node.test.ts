import type { Server } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runs } from '../../../helpers/properties.ts'
import { type Application, client, directServer, HEAD, listening, nodeServer, post, turn, untilClosed } from './pair.ts'

const echo: Application = (url, body, sink, by) => {
  counts[by] += 1
  sink.start(HEAD)
  const bytes = Buffer.concat([Buffer.from(`${url}|`), body])
  if (url === '/stream') sink.write(bytes)
  sink.end(bytes)
}

const counts = { socket: 0, node: 0 }
let pair: Server
let node: Server
/**
 * The same, but for what it is given its bytes by: the socket's stream, where it else takes them from the system itself.
 * What it says to a second request and a broken third in one piece depends on it.
 */
let streaming: Server

beforeAll(async () => {
  pair = await listening(directServer(echo))
  node = await listening(nodeServer(echo))
  streaming = nodeServer(echo).prependListener('connection', (socket) => {
    ;(socket as unknown as { _handle: { _consumed: boolean } })._handle._consumed = true
  })
  await listening(streaming)
})
afterAll(() => {
  pair.close()
  node.close()
  streaming.close()
})

/** Everything that a server says to these bytes, sent in these pieces, until it closes. */
async function answerOf(server: Server, pieces: readonly Buffer[]): Promise<string> {
  const socket = client(server)
  const all = untilClosed(socket)
  for (const piece of pieces) {
    socket.write(piece)
    await turn()
    await turn()
  }
  socket.end()
  return (await all).replace(/^Date: .{29}\r$/gm, 'Date: now\r')
}

/** The system may put two pieces together, and for one of the servers only: what differs then does not do so again. */
const TRIES = 3

async function expectAlike(pieces: readonly Buffer[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    const [ours, ...nodes] = await Promise.all([pair, node, streaming].map((server) => answerOf(server, pieces)))
    if (nodes.includes(ours!)) return
    if (tries === TRIES) expect(ours).toBe(nodes[0])
  }
}

const body = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '',
    '0\r\n\r\n',
    '3\r\nabc\r\n0\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: y\r\nContent-Length: 1\r\n\r\nx',
  ),
)
const odd = fc.constantFrom(
  'Content-Length: 3',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length:3',
  'Content-Length : 3',
  'Content-Length: 3 ',
  'content_length: 3',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked',
  'Connection: close',
  'Connection: keep-alive, te',
  'Connection: keep-alive',
  'Expect: 100-continue',
  'Expect: nothing',
  'Upgrade: h2c',
  'Trailer: x-a',
  'Host: y',
  'Host:',
  'X-A: 1\r\n 2',
  'X-A: 1\nX-B: 2',
  'X-A: a\0b',
  'X-A: \xe9',
  'X-A:',
  'X-A',
  ' X-A: 1',
  ': 1',
  '__proto__: 1',
  'constructor: 1',
  `X-A: ${'a'.repeat(9000)}`,
  `X-A: ${'a'.repeat(20_000)}`,
)
const ordinary = fc.constantFrom(
  'X-Title: A b',
  'Accept: */*',
  'Authorization: Bearer k',
  'content-type: application/json',
)
const headers = fc.array(fc.oneof({ weight: 4, arbitrary: ordinary }, { weight: 1, arbitrary: odd }), { maxLength: 4 })
const url = fc.constantFrom(
  '/echo',
  '/echo',
  '/echo',
  '/stream',
  '/stream',
  '/refused',
  '/echo?a=b',
  'http://x/echo',
  '*',
)

const request = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(url, body).map(([target, text]) => post(target, text)) },
  { weight: 3, arbitrary: fc.tuple(url, body, headers).map(([target, text, more]) => post(target, text, ...more)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.tuple(url, body, headers).map(([target, text, more]) => post(target, text, ...more)),
        fc.constantFrom(
          ['POST', 'GET'],
          ['POST', 'HEAD'],
          ['POST', 'post'],
          ['HTTP/1.1', 'HTTP/1.0'],
          ['HTTP/1.1', 'HTTP/2.0'],
          [' HTTP', '  HTTP'],
          ['\r\n', '\n'],
          ['\r\n\r\n', '\n\n'],
          ['Host: x\r\n', ''],
          ['Content-Length: ', 'Content-Length: 1'],
          ['Content-Length: ', 'X-Length: '],
        ),
      )
      .map(([text, [from, to]]) => text.replace(from!, to!)),
  },
)
/** In one piece, head and body, in any two, or in one with what came before. */
const sent = fc.tuple(request, fc.constantFrom('whole', 'whole', 'whole', 'head', 'cut', 'joined'), fc.nat(300))
const pieces = fc
  .tuple(fc.array(sent, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(200), { freq: 6 }))
  .map(([all, missing]) => {
    const list: string[] = []
    for (const [text, way, place] of all) {
      const at = way === 'head' ? text.indexOf('\r\n\r\n') + 4 : place
      if (way === 'joined') list.push((list.pop() ?? '') + text)
      else if (way === 'whole') list.push(text)
      else list.push(text.slice(0, at), text.slice(at))
    }
    const last = list.pop()!
    return [...list, missing === null ? last : last.slice(0, -missing)]
      .filter((text) => text.length > 0)
      .map((text) => Buffer.from(text, 'latin1'))
  })

it('answers any bytes in any pieces as Node alone does', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      await expectAlike(list)
    }),
    { numRuns: runs(400) },
  )
  // Else nothing has been tried.
  expect(counts.socket).toBeGreaterThan(50)
})

it.each([
  ['a request at a time', [post('/echo', 'one'), post('/stream', 'two'), post('/echo', '')]],
  ['heads by themselves', [post('/echo', 'one').slice(0, -3), 'one', post('/echo', 'two').slice(0, -3), 't', 'wo']],
  ['several in one piece', [post('/echo', 'one') + post('/stream', 'two') + post('/echo', 'three')]],
  ['one and a half', [post('/echo', 'one') + post('/echo', 'two').slice(0, 30), post('/echo', 'two').slice(30)]],
  ['a body that goes on', [post('/echo', 'one'), 'more']],
  ['an unusual one later on', [post('/echo', 'one'), post('/echo', 'two', 'Expect: 100-continue'), post('/echo', '3')]],
  ['one that wants to be the last', [post('/echo', 'one'), post('/echo', 'two', 'Connection: close')]],
  ['an empty line between two', [post('/echo', 'one'), `\r\n${post('/echo', 'two')}`]],
  ['half a head', [post('/echo', 'one').slice(0, 25)]],
  ['half a body', [post('/echo', 'one').slice(0, -1)]],
  ['half a later body', [post('/echo', 'one'), post('/echo', 'two').slice(0, -1)]],
  ['64 kB', [post('/echo', 'x'.repeat(65_536))]],
  ['more than 64 kB', [post('/echo', 'x'.repeat(65_537)), post('/echo', 'two')]],
  ['a stream of large chunks', [post('/stream', 'x'.repeat(40_000)), post('/stream', 'two')]],
  ['nothing', []],
])('answers as Node alone does: %s', async (_, texts) => {
  await expectAlike(texts.map((text) => Buffer.from(text, 'latin1')))
})
