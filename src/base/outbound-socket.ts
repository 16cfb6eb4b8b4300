import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { buildConnector } from 'undici'
import { type Connection, contextOf, namedFor, type Proxies, proxyOf, proxyTls } from './outbound.ts'

/**
 * A connection to the origin of a URL, with TLS where its protocol wants it; for what undici does not speak. `proxies`:
 * see `proxiesOf`. Rejects with the system's error.
 */
export async function socketTo(
  url: URL,
  connection: Connection,
  connectMs: number,
  proxies: Proxies | undefined,
): Promise<Socket> {
  const secureContext = contextOf(connection.tls)
  const proxy = proxyFor(url, connection, proxies)
  if (proxy) {
    const tunnel = await tunnelTo(url, new URL(proxy), connection, connectMs)
    return url.protocol === 'https:' ? secured(tunnel, url.hostname, secureContext) : tunnel
  }
  const { socketPath } = connection
  const open = buildConnector({
    timeout: connectMs,
    ...(secureContext && { secureContext }),
    ...(socketPath && { socketPath }),
    ALPNProtocols: ['http/1.1'],
  })
  return opened(open, url)
}

function opened(open: buildConnector.connector, { hostname, host, protocol, port }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const target = { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), host, protocol, port }
    open(target, (...[error, socket]) => (error ? reject(error) : resolve(socket as Socket)))
  })
}

function proxyFor(
  { origin, protocol, hostname }: URL,
  connection: Connection,
  proxies: Proxies | undefined,
): string | undefined {
  const proxy = proxyOf(origin, connection, proxies)
  if (typeof proxy !== 'object') return proxy
  return namesHost(proxy.noProxy, hostname) ? undefined : namedFor(protocol, proxy)
}

/** NO_PROXY as curl has it: names, with all below them, or `*`. */
function namesHost(noProxy: string, hostname: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .map((entry) => entry.replace(/^\*?\./, '').replace(/:\d+$/, ''))
    .some((name) => name !== '' && (name === '*' || hostname === name || hostname.endsWith(`.${name}`)))
}

/** Through a proxy, by CONNECT (RFC 9110, section 9.3.6). */
async function tunnelTo(url: URL, proxy: URL, connection: Connection, connectMs: number): Promise<Socket> {
  const open = buildConnector({ timeout: connectMs, ...proxyTls(connection.tls), ALPNProtocols: ['http/1.1'] })
  const socket = await opened(open, proxy)
  const target = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
  const { username, password } = proxy
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const authorization = username === '' ? '' : `Proxy-Authorization: Basic ${credentials}\r\n`
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`)
  const head = await headOf(socket, connectMs)
  const [, status = '0'] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? []
  if (status.startsWith('2')) return socket
  socket.destroy()
  // undici's words, which are understood already.
  throw Object.assign(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), { code: 'UND_ERR_ABORTED' })
}

const HEAD_LIMIT = 16 * 1024

function headOf(socket: Socket, connectMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = ''
    const fail = (error: Error) => done(() => reject(error))
    const closed = () => fail(Object.assign(new Error('closed'), { code: 'UND_ERR_PRX_CONN' }))
    const late = () => fail(Object.assign(new Error('late'), { code: 'UND_ERR_CONNECT_TIMEOUT' }))
    const timer = setTimeout(late, connectMs)
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1')
      // Behind a head nothing comes before this side has spoken.
      if (head.includes('\r\n\r\n')) done(() => resolve(head))
      else if (head.length > HEAD_LIMIT) closed()
    }
    const done = (settle: () => void) => {
      clearTimeout(timer)
      socket.off('data', read).off('error', fail).off('close', closed).pause()
      settle()
    }
    socket.on('data', read).on('error', fail).on('close', closed)
  })
}

function secured(socket: Socket, hostname: string, secureContext: ReturnType<typeof contextOf>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const name = hostname.replace(/^\[(.*)\]$/, '$1')
    const own = { ...(secureContext && { secureContext }), ...(isIP(name) === 0 && { servername: name }) }
    const tls = connectTls({ socket, host: name, ALPNProtocols: ['http/1.1'], ...own })
    tls.once('error', reject).once('secureConnect', () => resolve(tls.off('error', reject)))
  })
}
