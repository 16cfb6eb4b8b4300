/** Answers on one connection, however they are cut, and what is none; beside Node's own parser. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AnswerParser } from '../../../../../src/routing/upstream/http1/answer-parser.ts'
import { runs } from '../../../../helpers/properties.ts'

interface Seen {
  readonly answers: { status: number; headers: Record<string, unknown>; body: string; ended: boolean }[]
  error?: string
  closed?: boolean
  keepsAlive?: boolean
}

/** What becomes of these pieces, one answer after another; `isClosed`: then the other side closes. */
function parse(pieces: readonly (string | Buffer)[], { isHead = false, isClosed = false, requests = 1 } = {}): Seen {
  const seen: Seen = { answers: [] }
  let left = requests - 1
  const parser: AnswerParser = new AnswerParser({
    head: (status, headers) => void seen.answers.push({ status, headers: { ...headers }, body: '', ended: false }),
    data: (bytes) => {
      seen.answers.at(-1)!.body += bytes.toString('latin1')
    },
    end: () => {
      seen.answers.at(-1)!.ended = true
      seen.keepsAlive = parser.keepsAlive
      if (left-- > 0) parser.expect(isHead)
    },
  })
  parser.expect(isHead)
  for (const piece of pieces) {
    const error = parser.push(Buffer.from(piece as string, 'latin1')) as NodeJS.ErrnoException | undefined
    if (error) return { ...seen, error: error.code ?? '' }
  }
  if (isClosed) seen.closed = parser.closed()
  return { ...seen, keepsAlive: parser.keepsAlive }
}

const OK = 'HTTP/1.1 200 OK\r\n'
const answered = (text: string, options = {}) => parse([text], options)

describe('a body', () => {
  test.each([
    ['of a length', `${OK}Content-Length: 2\r\n\r\nok`, 'ok', true],
    ['of none', `${OK}Content-Length: 0\r\n\r\n`, '', true],
    ['in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n001\r\nk\r\n0\r\n\r\n`, 'ok', true],
    ['in chunks with extensions', `${OK}transfer-encoding: chunked\r\n\r\n2;a=b;c\r\nok\r\n0;d\r\n\r\n`, 'ok', true],
    ['with trailers', `${OK}transfer-encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\na: b\r\nc: d\r\n\r\n`, 'ok', true],
    [
      'in chunks, coded otherwise before',
      `${OK}transfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
      'ok',
      true,
    ],
    ['behind which the server closes', `${OK}connection: close\r\ncontent-length: 2\r\n\r\nok`, 'ok', false],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', 'ok', false],
    ['of HTTP/1.0 that is kept', 'HTTP/1.0 200\r\nconnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok', 'ok', true],
    [
      'of HTTP/1.0 that says both of its connection',
      'HTTP/1.0 200 OK\r\nconnection: keep-alive, close\r\ncontent-length: 2\r\n\r\nok',
      'ok',
      false,
    ],
    [
      'of HTTP/1.0 in chunks, which it does not know',
      'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      'ok',
      false,
    ],
    ['that is not to be there', 'HTTP/1.1 204 No\r\n\r\n', '', true],
    ['that is not to be there, and may be', 'HTTP/1.1 204 No\r\ncontent-length: 2\r\n\r\n', '', false],
    ['behind a blank line too many', `\r\n${OK}content-length: 2\r\n\r\nok`, 'ok', true],
  ])('%s', (_, text, body, keepsAlive) => {
    const bytes = [...text]
    for (const pieces of [[text], bytes]) {
      const seen = parse(pieces)
      expect(seen).toMatchObject({ answers: [{ body, ended: true }], keepsAlive })
      expect(seen.error).toBeUndefined()
    }
  })

  test('may have as many extensions as chunks', () => {
    const chunk = `2;signature=${'a'.repeat(100)}\r\nok\r\n`
    const seen = answered(`${OK}transfer-encoding: chunked\r\n\r\n${chunk.repeat(1000)}0\r\n\r\n`)
    expect(seen).toMatchObject({ answers: [{ body: 'ok'.repeat(1000), ended: true }] })
  })

  test('of a HEAD has only its headers', () => {
    const head = { isHead: true, requests: 2 }
    expect(answered(`${OK}content-length: 2\r\n\r\n${OK}transfer-encoding: chunked\r\n\r\n`, head).answers).toEqual([
      { status: 200, headers: { 'content-length': '2' }, body: '', ended: true },
      { status: 200, headers: { 'transfer-encoding': 'chunked' }, body: '', ended: true },
    ])
  })

  test('without a length ends with the connection, and a shorter one than announced is cut', () => {
    const open = answered(`${OK}\r\nall of it`, { isClosed: true })
    expect(open).toMatchObject({ answers: [{ body: 'all of it', ended: true }], closed: true, keepsAlive: false })
    for (const cut of [`${OK}content-length: 3\r\n\r\nok`, `${OK}transfer-encoding: chunked\r\n\r\n3\r\nok`, OK])
      expect(answered(cut, { isClosed: true }).closed).toBe(false)
  })

  test('is passed on as it came where nothing stands around it', () => {
    const seen: Buffer[] = []
    const parser = new AnswerParser({ head() {}, data: (bytes) => void seen.push(bytes), end() {} })
    parser.expect(false)
    parser.push(Buffer.from(`${OK}content-length: 4\r\n\r\n`))
    const bytes = Buffer.from('body')
    parser.push(bytes)
    expect(seen[0]).toBe(bytes)
  })
})

test('headers go by small letters, without the space around them, and those that are there twice as a list', () => {
  const text = `${OK}X-A:  one \t\r\nx-a:two\r\nEmpty:\r\nconstructor: c\r\n__proto__: p\r\nx-a: three\r\ncontent-length:0\r\n\r\n`
  const { headers } = answered(text).answers[0]!
  expect(Object.entries(headers)).toEqual([
    ['x-a', ['one', 'two', 'three']],
    ['empty', ''],
    ['constructor', 'c'],
    ['__proto__', 'p'],
    ['content-length', '0'],
  ])
})

test('what the server says of keeping is in milliseconds', () => {
  const parser = new AnswerParser({ head() {}, data() {}, end() {} })
  parser.expect(false)
  parser.push(Buffer.from(`${OK}keep-alive: timeout=5, max=100\r\ncontent-length: 0\r\n\r\n`))
  expect(parser.keepAliveMs).toBe(5000)
})

describe('an answer before the answer', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'

  test('is skipped, however many there are', () => {
    const text = `${interim.repeat(40)}${OK}content-length: 2\r\n\r\nok`
    expect(answered(text).answers).toMatchObject([{ status: 200, body: 'ok', ended: true }])
    expect(parse([...text]).answers).toMatchObject([{ status: 200, body: 'ok', ended: true }])
  })

  test('is an error when they do not end', () => {
    const parser = new AnswerParser({ head() {}, data() {}, end() {} })
    parser.expect(false)
    const some = Buffer.from(interim.repeat(1000))
    let pushes = 1
    while (!parser.push(some) && pushes < 100) pushes++
    expect(pushes).toBeLessThan(10)
  })

  test('is none where it ends HTTP', () => {
    expect(answered('HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n').answers).toMatchObject([{ status: 101 }])
  })
})

describe('what is wrong', () => {
  test.each([
    ['another protocol', 'SSH-2.0-x\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['another version', 'HTTP/2 200\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['a bare line feed in the head', `${OK}a: b\nc: d\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a bare carriage return', `${OK}a: b\rc: d\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a folded line', `${OK}a: b\r\n c\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a space before the colon', `${OK}content-length : 0\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a header without a name', `${OK}: 0\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a header without a colon', `${OK}content-length\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a zero byte', `${OK}a: \0\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a length that is none', `${OK}content-length: +2\r\n\r\nok`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['a length in hexadecimal', `${OK}content-length: 0x2\r\n\r\nok`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['an empty length', `${OK}content-length:\r\n\r\nok`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['two lengths', `${OK}content-length: 2\r\ncontent-length: 2\r\n\r\nok`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['a list of lengths', `${OK}content-length: 2, 2\r\n\r\nok`, 'HPE_INVALID_CONTENT_LENGTH'],
    ['a length beyond numbers', `${OK}content-length: 99999999999999999999\r\n\r\n`, 'HPE_INVALID_CONTENT_LENGTH'],
    [
      'a length and chunks',
      `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`,
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    ['a size that is none', `${OK}transfer-encoding: chunked\r\n\r\ng\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['no size', `${OK}transfer-encoding: chunked\r\n\r\n\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a sign before a size', `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size in C', `${OK}transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a space behind a size', `${OK}transfer-encoding: chunked\r\n\r\n1 \r\na\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a size beyond numbers', `${OK}transfer-encoding: chunked\r\n\r\n${'f'.repeat(13)}\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a bare line feed behind a size', `${OK}transfer-encoding: chunked\r\n\r\n1\na\r\n`, 'HPE_INVALID_CHUNK_SIZE'],
    ['a bare line feed in an extension', `${OK}transfer-encoding: chunked\r\n\r\n1;a\na\r\n`, 'HPE_STRICT'],
    ['a carriage return alone behind a size', `${OK}transfer-encoding: chunked\r\n\r\n1\ra\r\n`, 'HPE_STRICT'],
    ['a chunk that is longer than it says', `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`, 'HPE_STRICT'],
    ['a bare line feed behind a chunk', `${OK}transfer-encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n`, 'HPE_STRICT'],
    ['a bare line feed behind a trailer', `${OK}transfer-encoding: chunked\r\n\r\n0\r\na: b\n\r\n`, 'HPE_STRICT'],
    ['a head without end', `${OK}a: ${'b'.repeat(17_000)}`, 'HPE_HEADER_OVERFLOW'],
    ['a head that is too long', `${OK}a: ${'b'.repeat(17_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
    ['extensions without end', `${OK}transfer-encoding: chunked\r\n\r\n1;${'b'.repeat(17_000)}`, 'HPE_STRICT'],
    [
      'trailers without end',
      `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${'b'.repeat(17_000)}`,
      'HPE_HEADER_OVERFLOW',
    ],
  ])('%s is an error, at once or byte by byte', (_, text, code) => {
    expect(answered(text).error).toBe(code)
    expect(parse([...text]).error).toBe(code)
  })

  test('what follows an answer that nobody asked for is not read, and the connection not kept', () => {
    const seen = answered(`${OK}content-length: 2\r\n\r\nok${OK}content-length: 4\r\n\r\nevil`)
    expect(seen.answers).toHaveLength(1)
    expect(seen).toMatchObject({ keepsAlive: false })
  })

  test('nothing is taken once it was stopped', () => {
    const bodies: string[] = []
    const parser: AnswerParser = new AnswerParser({
      head() {},
      data: (bytes) => {
        bodies.push(bytes.toString())
        parser.stop()
      },
      end: () => bodies.push('end'),
    })
    parser.expect(false)
    parser.push(Buffer.from(`${OK}transfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n`))
    expect(bodies).toEqual(['a'])
    expect(parser.closed()).toBe(false)
  })
})

/** Some valid answer, by its parts. */
const answer = fc
  .record({
    status: fc.constantFrom(200, 201, 400, 404, 429, 500, 503, 204, 304),
    headers: fc.array(
      fc.tuple(
        fc.stringMatching(/^x-[a-zA-Z0-9_!#$%&'*+.^`|~-]{1,12}$/),
        fc.stringMatching(/^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]{0,30}[\x21-\x7e\x80-\xff])?$/),
      ),
      { maxLength: 6 },
    ),
    pieces: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
    isChunked: fc.boolean(),
    interims: fc.nat({ max: 2 }),
    extension: fc.stringMatching(/^(;[a-z]{1,5}(=[a-z0-9]{1,5})?)?$/),
  })
  .map(({ status, headers, pieces, isChunked, interims, extension }) => {
    const isEmpty = status === 204 || status === 304
    const body = isEmpty ? '' : Buffer.concat(pieces).toString('latin1')
    const chunks = pieces.map(
      (piece) => `${piece.length.toString(16)}${extension}\r\n${Buffer.from(piece).toString('latin1')}\r\n`,
    )
    const framing = isEmpty ? '' : isChunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${body.length}\r\n`
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const framed = isEmpty || !isChunked ? body : `${chunks.join('')}0\r\n\r\n`
    const text = `${'HTTP/1.1 102 P\r\n\r\n'.repeat(interims)}HTTP/1.1 ${status} Some\r\n${lines}${framing}\r\n${framed}`
    return { status, body, text, names: headers.map(([name]) => name.toLowerCase()) }
  })

/** Cuts a text at these shares of it. */
function cut(text: string, shares: readonly number[]): string[] {
  const at = shares.map((share) => Math.floor(share * text.length)).sort((a, b) => a - b)
  return [...at, text.length].map((end, index) => text.slice(at[index - 1] ?? 0, end))
}

test('valid answers come out as they are, one after another, wherever they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 1, maxLength: 4 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }),
      (answers, shares) => {
        const text = answers.map((one) => one.text).join('')
        const seen = parse(cut(text, shares), { requests: answers.length })
        expect(seen.error).toBeUndefined()
        expect(seen.answers.map(({ status, body, ended }) => ({ status, body, ended }))).toEqual(
          answers.map(({ status, body }) => ({ status, body, ended: true })),
        )
        for (const [index, { names }] of answers.entries())
          expect(Object.keys(seen.answers[index]!.headers)).toEqual(expect.arrayContaining(names))
      },
    ),
    { numRuns: runs(300) },
  )
})

test('how broken bytes are cut changes nothing of what is made of them', () => {
  const broken = fc
    .tuple(
      answer,
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 4,
      }),
    )
    .map(([{ text }, changes]) => {
      const bytes = [...text]
      for (const [share, byte] of changes) bytes[Math.floor(share * bytes.length)] = String.fromCharCode(byte)
      return bytes.join('')
    })
  fc.assert(
    fc.property(broken, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (text, shares) => {
      const whole = parse([text], { isClosed: true })
      expect(parse(cut(text, shares), { isClosed: true })).toEqual(whole)
      expect(parse([...text], { isClosed: true })).toEqual(whole)
    }),
    { numRuns: runs(500) },
  )
})
