import { describe, expect, test, vi } from 'vitest'
import { requestHead } from '../../../../../src/routing/upstream/http1/request-head.ts'

const headOf = (headers: Record<string, string>, host = 'a') => requestHead('POST', '/v1', host, headers, 2)

describe('the head of a request', () => {
  test('has its headers in order, and its length', () => {
    expect(headOf({ 'content-type': 'application/json', 'x-b': '1' })).toBe(
      'POST /v1 HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\ncontent-type: application/json\r\nx-b: 1\r\ncontent-length: 2\r\n\r\n',
    )
  })

  test('follows headers that change', () => {
    const headers = { authorization: 'Bearer old' }
    headOf(headers)
    headers.authorization = 'Bearer new'
    expect(headOf(headers)).toContain('authorization: Bearer new\r\n')
  })

  test('is made once of headers that cannot change, for one host', () => {
    const read = vi.fn(() => '1')
    const headers = Object.freeze(Object.defineProperty({ host: 'a' }, 'x-b', { get: read, enumerable: true }))
    expect(headOf(headers)).toBe(headOf(headers))
    expect(read).toHaveBeenCalledOnce()
    expect(headOf(headers)).toContain('host: a\r\nconnection: keep-alive\r\nx-b: 1\r\n')
    expect(headOf(headers, 'b')).toBeUndefined()
    expect(headOf(headers)).toBeDefined()
  })

  test.each([[{ connection: 'close' }], [{ 'x-b': 'one\r\nx-c: two' }], [{ 'x b': '1' }], [{ 'x-b': 'ł' }]])(
    'is none with what is unusual: %j',
    (headers) => {
      expect(headOf(headers as Record<string, string>)).toBeUndefined()
      expect(headOf(Object.freeze({ ...headers }) as Record<string, string>)).toBeUndefined()
    },
  )
})
