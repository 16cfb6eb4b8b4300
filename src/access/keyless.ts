import { RouterError } from '../base/errors.ts'
import { isThisMachine } from '../base/loopback.ts'

/**
 * Names by which containers know the machine that they run on (Docker and Podman). Nobody can own them on the internet:
 * `internal` is set aside for private use (ICANN resolution 2024.07.29.06).
 */
const FROM_CONTAINERS = ['host.docker.internal', 'host.containers.internal']

/**
 * Schemes of documents that come from anywhere: files that were downloaded, addresses with a document inside,
 * sandboxes.
 */
const ROOTLESS = new Set(['about:', 'blob:', 'data:', 'file:', 'filesystem:'])

interface Allowed {
  /** Listened on. */
  readonly host: string
  /** Further names of this router; `*.example` stands for all below. */
  readonly hosts: readonly string[]
  /**
   * Such as `chrome-extension://abc`; `moz-extension://*` stands for all of the scheme, and `null` is the origin of
   * files.
   */
  readonly origins: readonly string[]
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * Who may ask a router that asks for no key: programs of this machine, and pages that come from it. A browser on the
 * machine asks for any page on the internet, too, which could spend money so, or, once it has bound its own name to
 * 127.0.0.1, read everything.
 */
export class KeylessAccess {
  readonly #hosts: ReadonlySet<string>
  readonly #suffixes: readonly string[]
  readonly #origins: ReadonlySet<string>

  constructor({ host, hosts, origins }: Allowed) {
    const names = hosts.map((name) => name.toLowerCase())
    this.#hosts = new Set([host.toLowerCase(), ...FROM_CONTAINERS, ...names])
    this.#suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1))
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()))
  }

  /** Why this request is refused; undefined: it may ask. */
  refusal(headers: Headers): RouterError | undefined {
    const { host, origin } = headers as Record<string, string | undefined>
    // Whoever leaves it out, in HTTP/1.0, is no browser.
    if (host !== undefined && !this.#isOwn(nameIn(host)))
      return new RouterError('ROUTER_FOREIGN_HOST', { host: host.slice(0, 200) })
    if (origin !== undefined)
      return this.#isForeign(origin)
        ? new RouterError('ROUTER_CROSS_ORIGIN', { origin: origin.slice(0, 200) })
        : undefined
    // Browsers leave the origin out where a page shows an image, or reads without being allowed to see (Fetch
    // Metadata).
    return headers['sec-fetch-site'] === 'cross-site'
      ? new RouterError('ROUTER_CROSS_ORIGIN', { origin: 'another site' })
      : undefined
  }

  #isOwn(name: string): boolean {
    return isThisMachine(name) || this.#hosts.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix))
  }

  #isForeign(origin: string): boolean {
    const name = origin.toLowerCase()
    if (this.#origins.has(name)) return false
    // Of a sandboxed frame, or of a file: "null".
    if (!URL.canParse(name)) return true
    const { protocol, hostname } = new URL(name)
    if (this.#origins.has(`${protocol}//*`)) return false
    if (protocol === 'http:' || protocol === 'https:') return !this.#isOwn(nameIn(hostname))
    // Programs with a browser inside have schemes of their own; an extension of a browser comes from a shop.
    return protocol.endsWith('extension:') || ROOTLESS.has(protocol)
  }
}

/** The name in a `Host` header, without port and final dot. */
const nameIn = (host: string) => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
