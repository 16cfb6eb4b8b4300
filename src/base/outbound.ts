import { BlockList, isIP, type OnReadOpts, type Socket } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici'
import { RouterError } from './errors.ts'
import { isThisMachine } from './loopback.ts'

/** How a server is reached, where that is not over TCP and the usual TLS. */
export interface Connection {
  /**
   * URL of a proxy, perhaps with user and password. False: none, whatever the environment says. Absent: as the
   * environment says.
   */
  readonly proxy?: string | false
  /** PEM texts: authorities trusted beside the usual ones, and what this side shows of itself. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** Of a unix socket, in place of host and port. */
  readonly socketPath?: string
  /**
   * HTTP/2 where the server speaks it over TLS. Default: HTTP/1.1 only, so that one broken connection breaks one
   * request.
   */
  readonly http2?: boolean
}

export interface PoolSettings extends Omit<Pool.Options, 'connect' | 'allowH2' | 'factory'> {
  readonly connectMs: number
  /** Sees each new HTTP/1.1 connection. */
  readonly watch?: (socket: Socket) => Socket
}

/** What the environment says of proxies. */
export interface Proxies {
  readonly httpProxy?: string
  readonly httpsProxy?: string
  readonly noProxy: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, or in small letters, which win; undefined when no proxy is named. As with
 * curl, a proxy may be written without `http://`.
 * @throws RouterError ROUTER_PROXY
 */
export function proxiesOf(env: Environment): Proxies | undefined {
  const read = (name: string): string | undefined => {
    const value = env[name.toLowerCase()] || env[name]
    if (!value) return undefined
    const url = value.includes('://') ? value : `http://${value}`
    if (!isProxyUrl(url)) throw new RouterError('ROUTER_PROXY', { name })
    return url
  }
  const httpProxy = read('HTTP_PROXY')
  const httpsProxy = read('HTTPS_PROXY')
  if (httpProxy === undefined && httpsProxy === undefined) return undefined
  return {
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  }
}

/** undici's SOCKS5 is an experiment, whose pools take none of our settings. */
const PROXY_PROTOCOLS = ['http:', 'https:']

export const isProxyUrl = (text: string): boolean =>
  URL.canParse(text) && PROXY_PROTOCOLS.includes(new URL(text).protocol) && new URL(text).hostname !== ''

/**
 * Opens HTTP/1.1 connections to one origin; undefined where its requests go by a proxy, or by HTTP/2. `proxies`: see
 * `proxiesOf`. `onread`: how they are read, in place of a stream.
 */
export function connectorTo(
  origin: string,
  connection: Connection,
  connectMs: number,
  proxies: Proxies | undefined,
  onread: OnReadOpts,
): buildConnector.connector | undefined {
  if (connection.http2 || proxyOf(origin, connection, proxies)) return undefined
  return openerOf(connection, connectMs, onread)
}

function openerOf(
  { tls, socketPath, http2 = false }: Connection,
  connectMs: number,
  onread?: OnReadOpts,
): buildConnector.connector {
  const secureContext = contextOf(tls)
  const options = {
    timeout: connectMs,
    keepAlive: true,
    allowH2: http2,
    ...(secureContext && { secureContext }),
    preferH2: http2,
    ...(socketPath && { socketPath }),
    ...(onread && { onread }),
  }
  return buildConnector(options)
}

/** The one for a protocol. A proxy for plain HTTP serves for the other where that has none. */
export const namedFor = (protocol: string, { httpProxy, httpsProxy = httpProxy }: Proxies): string | undefined =>
  protocol === 'https:' ? httpsProxy : httpProxy

/** What its requests may go by: a proxy of its own, or those of the environment, where NO_PROXY may have its name. */
export function proxyOf(
  origin: string,
  { proxy, socketPath }: Connection,
  proxies: Proxies | undefined,
): string | Proxies | undefined {
  if (typeof proxy === 'string') return proxy
  if (proxy === false || socketPath || !proxies) return undefined
  const { protocol, hostname } = new URL(origin)
  return !namedFor(protocol, proxies) || isNear(hostname, proxies.noProxy) ? undefined : proxies
}

/** Pooled connections to one origin. `proxies`: see `proxiesOf`. Never connects before something is sent. */
export function dispatcherTo(
  origin: string,
  connection: Connection,
  settings: PoolSettings,
  proxies: Proxies | undefined,
): Dispatcher {
  const { connectMs, watch = unwatched, ...pool } = settings
  const { http2 = false } = connection
  const secureContext = contextOf(connection.tls)
  const tls = { ...(secureContext && { secureContext }), preferH2: http2 }
  const connectTo = openerOf(connection, connectMs)
  // Also for the pools that a proxy agent makes: their connections are watched, and as patient, too.
  const factory = (to: string | URL, { connect }: { connect?: Pool.Options['connect'] }) => {
    const open = typeof connect === 'function' ? connect : connectTo
    return new Pool(to, { ...pool, allowH2: http2, connect: watching(open, watch) })
  }
  const proxied = {
    ...pool,
    allowH2: http2,
    connectTimeout: connectMs,
    requestTls: tls,
    proxyTls: proxyTls(connection.tls),
    factory,
  }
  const proxy = proxyOf(origin, connection, proxies)
  if (typeof proxy === 'string') return new ProxyAgent({ ...proxied, uri: proxy })
  if (!proxy) return factory(origin, {})
  // A proxy for the one protocol only is none for the other.
  const { httpProxy = '', httpsProxy = httpProxy, noProxy } = proxy
  return new EnvHttpProxyAgent({
    ...proxied,
    connect: connectTo,
    httpProxy,
    httpsProxy,
    noProxy,
  } as EnvHttpProxyAgent.Options)
}

/**
 * This machine is never asked for over a proxy, nor are networks that NO_PROXY names, such as 10.0.0.0/8; undici sees
 * to its names.
 */
function isNear(hostname: string, noProxy: string): boolean {
  if (isThisMachine(hostname)) return true
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(address)
  if (version === 0) return false
  const networks = new BlockList()
  for (const entry of noProxy.split(/[,\s]+/)) {
    const [network, prefix] = entry.split('/')
    const family = isIP(network!)
    const bits = Number(prefix)
    if (family > 0 && Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128))
      networks.addSubnet(network!, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return networks.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

export function contextOf(tls: Connection['tls']): SecureContext | undefined {
  if (!tls) return undefined
  const { ca, cert, key } = tls
  return createSecureContext({
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  })
}

/**
 * An office that has a certificate authority of its own uses it for its proxy, too. What this side shows of itself is
 * not for the proxy.
 */
export function proxyTls(tls: Connection['tls']) {
  return tls?.ca === undefined ? {} : { secureContext: contextOf({ ca: tls.ca })! }
}

const unwatched = (socket: Socket): Socket => socket

function watching(connect: buildConnector.connector, watch: (socket: Socket) => Socket): buildConnector.connector {
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error) callback(error, null)
      else
        callback(
          null,
          (socket as Socket & { alpnProtocol?: unknown }).alpnProtocol === 'h2'
            ? socket
            : (watch(socket as Socket) as typeof socket),
        )
    })
}
