import { describe, expect, it } from 'vitest'
import { LastHead } from '../../../../src/server/direct/last-head.ts'

const head = (length: string, more = '') =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nAuthorization: Bearer k${more}\r\n\r\n`

const bytes = (text: string) => Buffer.from(text, 'latin1')

/** What comes of a head, and where its body begins; undefined: it is left to Node. */
function read(reader: LastHead, text: string) {
  const found = reader.read(bytes(text))
  return found && { url: found.url, headers: found.headers, bodyLength: found.bodyLength, at: reader.length }
}

describe('the heads of a connection', () => {
  it('are read as they are when they come again, and when only the length is another', () => {
    const reader = new LastHead()
    const first = read(reader, head('12'))
    expect(first).toMatchObject({ bodyLength: 12, at: head('12').length })
    expect(read(reader, `${head('12')}{"a":1}`)).toEqual(first)
    for (const length of ['7', '34', '1024', '0', '999999999', '12']) {
      expect(read(reader, `${head(length)}{}`)).toEqual(read(new LastHead(), head(length)))
      expect(reader.length).toBe(head(length).length)
    }
    // The very same objects: it was not read anew.
    expect(reader.read(bytes(head('55')))?.headers).toBe(reader.read(bytes(head('56')))?.headers)
  })

  it.each([
    '',
    '01',
    '00',
    '+1',
    '-1',
    ' 1',
    '1 ',
    '1a',
    '0x1',
    '1,1',
    '1\r\nX-A: 1',
    '1234567890',
    '1.0',
    '\u00b2',
    '1\n',
  ])('are left to a whole reading with a length of %j', (length) => {
    const reader = new LastHead()
    reader.read(bytes(head('12')))
    expect(read(reader, head(length))).toEqual(read(new LastHead(), head(length)))
  })

  it('are read anew where anything else is another', () => {
    const text = head('12')
    for (let at = 0; at < text.length; at++)
      for (const character of ['x', '0', ' ', '\r', '\n', ':', '\xff', '']) {
        const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`
        const reader = new LastHead()
        reader.read(bytes(text))
        expect(read(reader, changed), JSON.stringify(changed)).toEqual(read(new LastHead(), changed))
      }
  })

  it('are cut anywhere', () => {
    const text = head('123')
    const reader = new LastHead()
    reader.read(bytes(head('12')))
    for (let length = 0; length < text.length; length++)
      expect(reader.read(bytes(text.slice(0, length)))).toBeUndefined()
    expect(read(reader, text)).toMatchObject({ bodyLength: 123 })
  })

  it('with keys of a client\u2019s own are not kept', () => {
    const reader = new LastHead()
    const own = head('12', '\r\nX-Router-Provider-Key: p=k')
    const first = reader.read(bytes(own))
    expect(first).toBeDefined()
    expect(reader.read(bytes(own))).not.toBe(first)
  })
})
