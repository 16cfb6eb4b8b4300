import { BlockList, isIP, isIPv6, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { HubServerOptions } from './options.ts'
import type { Services } from './services.ts'

/** For answers under way when the hub stops. */
const CLOSING_MS = 5_000
const CHECK_MS = 1_000
/** Names that a trusted proxy may be given by instead of an address, as Fastify has them. */
const NAMED: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  loopback: [
    ['127.0.0.0', 8],
    ['::1', 128],
  ],
  linklocal: [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  uniquelocal: [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['fc00::', 7],
  ],
}

/**
 * Bounds the connections of one address, but for the proxies that speak for others, and closes those that say nothing
 * within the time for a request's head: Node's own limit begins with the first byte. Closing the hub waits for answers
 * under way, for a while, and not for the silent ones.
 */
export function boundConnections(app: FastifyInstance, { limits, hash, options }: Services): void {
  const perAddress = new Map<string, number>()
  const silent = new Map<Socket, number>()
  const isProxy = proxies(options.trustProxy)
  app.server.on('connection', (socket: Socket) => {
    silent.set(socket, performance.now())
    socket.once('close', () => silent.delete(socket))
    const { remoteAddress = '' } = socket
    if (isProxy(remoteAddress)) return
    const address = hash(remoteAddress)
    const count = (perAddress.get(address) ?? 0) + 1
    perAddress.set(address, count)
    socket.once('close', () => {
      const left = perAddress.get(address)! - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    })
    if (count > limits.connectionsPerAddress) socket.destroy()
  })
  const check = setInterval(
    () => {
      const oldest = performance.now() - limits.headersMs
      for (const [socket, since] of silent) {
        if (socket.bytesRead > 0) silent.delete(socket)
        else if (since < oldest) socket.destroy()
      }
    },
    Math.min(CHECK_MS, limits.headersMs),
  ).unref()
  let closing: NodeJS.Timeout | undefined
  app.addHook('preClose', async () => {
    clearInterval(check)
    for (const socket of silent.keys()) if (socket.bytesRead === 0) socket.destroy()
    closing = setTimeout(() => app.server.closeAllConnections(), CLOSING_MS).unref()
  })
  app.addHook('onClose', async () => clearTimeout(closing))
}

/** Whether an address is one of the proxies that are trusted. */
export function proxies(trusted: HubServerOptions['trustProxy'] = false): (address: string) => boolean {
  if (typeof trusted === 'boolean') return () => trusted
  const list = new BlockList()
  for (const entry of [trusted].flat().flatMap((text) => text.split(','))) {
    const [address = '', bits] = entry.trim().split('/', 2)
    const networks = NAMED[address] ?? (isIP(address) ? [[address, Number(bits ?? (isIPv6(address) ? 128 : 32))]] : [])
    for (const [network, prefix] of networks as readonly (readonly [string, number])[])
      list.addSubnet(network, prefix, familyOf(network))
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIP(plain) > 0 && list.check(plain, familyOf(plain))
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')
