import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { noCookie, sessionCookie } from '../../../../src/hub/server/session.ts'

const request = (host: string) => ({ host, protocol: 'http', headers: {} }) as FastifyRequest

test.each([
  ['at the root of its address', 'hub.example', 'https://hub.example', '/', true],
  ['below a path', 'example.com', 'https://example.com/hub', '/hub', true],
  ['below a path with a slash', 'example.com', 'https://example.com/our/hub/', '/our/hub', true],
  ['elsewhere', '127.0.0.1:7000', 'https://example.com/hub', '/', false],
  ['without an address', 'hub.example', undefined, '/', false],
])('a hub %s has its cookie there and nowhere else', (_, host, url, path, secure) => {
  for (const cookie of [sessionCookie('key', 0, request(host), url), noCookie(request(host), url)]) {
    expect(cookie).toContain(`; Path=${path}; `)
    expect(cookie.endsWith('; Secure')).toBe(secure)
  }
})
