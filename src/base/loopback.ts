import { isIP } from 'node:net'

/** True for addresses that only this machine can reach. A name other than `localhost` counts as public. */
export function isLoopback(host: string): boolean {
  const address = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=[0-9]+\.)/, '')
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

/** As `isLoopback`, and for names below `localhost`, which resolve to this machine only (RFC 6761). */
export const isThisMachine = (host: string): boolean => isLoopback(host) || host.toLowerCase().endsWith('.localhost')
