import { createHmac, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'

/**
 * Names for addresses that are good for counting and for nothing else: HMAC-SHA256 under a salt that is made at the
 * start and never leaves memory. An IPv6 network of /64 counts as one address, since whoever has one of its addresses
 * has them all.
 */
export function addressHasher(salt: Buffer = randomBytes(32)): (address: string) => string {
  return (address) => createHmac('sha256', salt).update(networkOf(address)).digest('base64url').slice(0, 22)
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%', 1)[0]!.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
