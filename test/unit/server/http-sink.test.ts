import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpSink } from '../../../src/server/http-sink.ts'

const HEAD = {
  status: 200,
  contentType: 'text/plain',
  endpoint: 'up/m',
  attempts: 1,
  overheadMs: 0.5,
  generationId: 'gen-1-a',
}
const WRITES = ['writeBuffer', 'writev', 'writeUtf8String', 'writeAsciiString', 'writeLatin1String'] as const

let server: Server
afterEach(() => server.close())

/** What a client of this HTTP version gets of an answer, and how many writes it took. */
async function answered(
  answer: (sink: HttpSink, response: ServerResponse) => unknown,
  { stream = true, version = '1.1' } = {},
) {
  let writes = 0
  server = createServer((_, response) => {
    const handle = (response.socket as Socket & { _handle: Record<string, (...args: unknown[]) => unknown> })._handle
    for (const name of WRITES) {
      const own = handle[name]!.bind(handle)
      handle[name] = (...args) => {
        writes += 1
        return own(...args)
      }
    }
    answer(new HttpSink(response, stream, 'req-1'), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`POST / HTTP/${version}\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('latin1')
  const at = text.indexOf('\r\n\r\n')
  return { head: text.slice(0, at), body: text.slice(at + 4), writes }
}

/** RFC 9112, section 7.1. */
function unchunked(body: string): string {
  let text = ''
  for (let rest = body; ; ) {
    const [size] = rest.split('\r\n', 1) as [string]
    expect(size).toMatch(/^[0-9a-f]+$/)
    const length = Number.parseInt(size, 16)
    const from = size.length + 2
    if (length === 0) {
      expect(rest.slice(from)).toBe('\r\n')
      return text
    }
    text += rest.slice(from, from + length)
    expect(rest.slice(from + length, from + length + 2)).toBe('\r\n')
    rest = rest.slice(from + length + 2)
  }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

describe('a stream', () => {
  it('sends its head and first chunk in one write, and each later chunk, and the end, in one', async () => {
    const { head, body, writes } = await answered(async (sink) => {
      sink.start(HEAD)
      sink.write(Buffer.from('data: é\n\n'))
      await tick()
      sink.write(Buffer.from('data: 2\n\n'))
      await tick()
      sink.end()
    })
    expect(head.toLowerCase()).toContain('transfer-encoding: chunked')
    expect(Buffer.from(unchunked(body), 'latin1').toString()).toBe('data: é\n\ndata: 2\n\n')
    expect(writes).toBe(3)
  })

  it.each([1, 15, 16, 255, 256, 4095, 4096, 16_384, 16_385, 70_000])(
    'frames chunks of %i bytes, first, later and last',
    async (length) => {
      const chunk = Buffer.from(Array.from({ length }, (_, index) => index % 256))
      const { body } = await answered((sink) => {
        sink.start(HEAD)
        sink.write(chunk)
        sink.write(chunk)
        sink.write(Buffer.alloc(0))
        sink.end(chunk)
      })
      expect(unchunked(body) === chunk.toString('latin1').repeat(3)).toBe(true)
    },
  )

  it('may end at once, with bytes and without', async () => {
    const one = await answered((sink) => {
      sink.start(HEAD)
      sink.end(Buffer.from('all'))
    })
    expect([unchunked(one.body), one.writes]).toEqual(['all', 1])
    const none = await answered((sink) => {
      sink.start(HEAD)
      sink.end()
    })
    expect([unchunked(none.body), none.writes]).toEqual(['', 1])
  })

  it('begins with signs of life, which keep the head that went out', async () => {
    const { head, body } = await answered((sink) => {
      sink.keepAlive(Buffer.from(': wait\n\n'), 'gen-1-a')
      sink.start({ ...HEAD, status: 502 })
      sink.end(Buffer.from('data: 1\n\n'))
    })
    expect(head).toMatch(/^HTTP\/1.1 200 /)
    expect(unchunked(body)).toBe(': wait\n\ndata: 1\n\n')
  })

  it('is plain for a client of HTTP/1.0', async () => {
    const { head, body } = await answered(
      (sink) => {
        sink.start(HEAD)
        sink.write(Buffer.from('one '))
        sink.end(Buffer.from('two'))
      },
      { version: '1.0' },
    )
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body).toBe('one two')
  })
})

it.each([[10], [16_384], [70_000]])('a whole answer of %i bytes has its length', async (length) => {
  const bytes = Buffer.from(Array.from({ length }, (_, index) => index % 256))
  const { head, body, writes } = await answered(
    (sink) => {
      sink.start(HEAD)
      sink.end(bytes)
    },
    { stream: false },
  )
  expect(head.toLowerCase()).toContain(`content-length: ${length}`)
  expect(body === bytes.toString('latin1')).toBe(true)
  expect(writes).toBe(1)
})
