import { describe, expect, it } from 'vitest'
import { readHead } from '../../../../src/server/direct/read-head.ts'

const head = (...lines: string[]) => ['POST /v1/chat/completions HTTP/1.1', 'Host: x', ...lines, ''].join('\r\n')

describe('readHead', () => {
  it('takes what ordinary clients send', () => {
    const text = head('Authorization: Bearer a b', 'X-Title: A: "b"', 'Connection: Keep-Alive', 'Content-Length: 120')
    expect(readHead(text)).toMatchObject({
      url: '/v1/chat/completions',
      headers: {
        host: 'x',
        authorization: 'Bearer a b',
        'x-title': 'A: "b"',
        connection: 'Keep-Alive',
      },
      bodyLength: 120,
    })
  })

  it.each([
    ['no length', head()],
    ['two lengths', head('Content-Length: 1', 'Content-Length: 1')],
    ['a list of lengths', head('Content-Length: 1, 1')],
    ['a signed length', head('Content-Length: +1')],
    ['a length in hexadecimal', head('Content-Length: 0x1')],
    ['a length with zeros before it', head('Content-Length: 01')],
    ['a length beyond any', head('Content-Length: 99999999999999999999')],
    ['a transfer coding', head('Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['a transfer coding alone', head('Transfer-Encoding: chunked')],
    ['a wish for 100', head('Content-Length: 1', 'Expect: 100-continue')],
    ['an upgrade', head('Content-Length: 1', 'Connection: Upgrade', 'Upgrade: websocket')],
    ['an upgrade alone', head('Content-Length: 1', 'Upgrade: websocket')],
    ['trailers', head('Content-Length: 1', 'Trailer: x-y')],
    ['a connection to be closed', head('Content-Length: 1', 'Connection: close')],
    ['two wishes for the connection', head('Content-Length: 1', 'Connection: keep-alive, x')],
    ['a proxy’s connection', head('Content-Length: 1', 'Proxy-Connection: close')],
    ['a header twice', head('Content-Length: 1', 'X-A: 1', 'x-a: 2')],
    ['a second host', head('Content-Length: 1', 'HOST: y')],
    ['no host', 'POST /v1/x HTTP/1.1\r\nContent-Length: 1\r\n'],
    ['a space before a colon', head('Content-Length : 1')],
    ['a space before a name', head(' Content-Length: 1')],
    ['a folded line', head('X-A: 1', ' 2', 'Content-Length: 1')],
    ['no space behind a colon', head('Content-Length:1')],
    ['two spaces behind a colon', head('Content-Length:  1')],
    ['a space at the end', head('Content-Length: 1 ')],
    ['an empty value', head('X-A: ', 'Content-Length: 1')],
    ['a tab', head('X-A: a\tb', 'Content-Length: 1')],
    ['a NUL', head('X-A: a\0b', 'Content-Length: 1')],
    ['a letter beyond ASCII', head('X-A: \xe9', 'Content-Length: 1')],
    ['a bare line feed', head('X-A: 1\nX-B: 2', 'Content-Length: 1')],
    ['a bare carriage return', head('X-A: 1\rX-B: 2', 'Content-Length: 1')],
    ['an underscore', head('Content_Length: 1', 'Content-Length: 1')],
    ['a name of every object', head('constructor: 1', 'Content-Length: 1')],
    ['another prototype', head('__proto__: 1', 'Content-Length: 1')],
    ['another method', head('Content-Length: 1').replace('POST', 'PUT')],
    ['a method in small letters', head('Content-Length: 1').replace('POST', 'post')],
    ['an absolute target', head('Content-Length: 1').replace('/v1', 'http://x/v1')],
    ['a space in the target', head('Content-Length: 1').replace('/v1', '/v1 /')],
    ['HTTP/1.0', head('Content-Length: 1').replace('1.1', '1.0')],
    ['two spaces before the version', head('Content-Length: 1').replace(' HTTP', '  HTTP')],
    ['an empty line before it', `\r\n${head('Content-Length: 1')}`],
  ])('leaves %s to Node', (_, text) => {
    expect(readHead(text)).toBeUndefined()
  })
})
