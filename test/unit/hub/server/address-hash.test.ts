import { expect, test } from 'vitest'
import { addressHasher } from '../../../../src/hub/server/address-hash.ts'

const hash = addressHasher(Buffer.from('salt'))

test('the same address has the same hash, in every notation', () => {
  expect(hash('192.0.2.1')).toBe(hash('::ffff:192.0.2.1'))
  expect(hash('2001:db8:0:1::1')).toBe(hash('2001:0DB8:0000:0001:ffff:ffff:ffff:ffff'))
  expect(hash('2001:db8::1')).toBe(hash('2001:db8:0:0:1::'))
  expect(hash('fe80::1%eth0')).toBe(hash('fe80::2'))
  expect(hash('::1')).toBe(hash('0:0:0:0:0:0:0:1'))
})

test('others have others', () => {
  const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8:0:1::1', '2001:db8:0:2::1', '2001:db8::1', '::1', '1::']
  expect(new Set(addresses.map(hash)).size).toBe(addresses.length)
})

test('says nothing of the address, and nothing after a restart', () => {
  expect(hash('192.0.2.1')).toMatch(/^[\w-]{22}$/)
  expect(addressHasher()('192.0.2.1')).not.toBe(addressHasher()('192.0.2.1'))
})
