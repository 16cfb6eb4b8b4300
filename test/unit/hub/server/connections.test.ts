import { expect, test } from 'vitest'
import { proxies } from '../../../../src/hub/server/connections.ts'

test.each([
  [undefined, '127.0.0.1', false],
  [true, '192.0.2.1', true],
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '::ffff:127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['10.0.0.0/8, 192.0.2.1', '10.9.9.9', true],
  [['2001:db8::/32', 'loopback'], '2001:db8:1::1', true],
  [['2001:db8::/32', 'loopback'], '::1', true],
  [['2001:db8::/32', 'uniquelocal'], '2001:db9::1', false],
  ['proxy.example', '192.0.2.1', false],
  ['127.0.0.1', '', false],
])('%j trusts %s: %s', (trusted, address, expected) => {
  expect(proxies(trusted)(address)).toBe(expected)
})
