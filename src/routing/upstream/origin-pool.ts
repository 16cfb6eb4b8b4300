import type { Dispatcher } from 'undici'
import { type Connection, connectorTo, dispatcherTo, type PoolSettings, type Proxies } from '../../base/outbound.ts'
import { Http1Pool, type Http1Request } from './http1/pool.ts'
import { READ_BUFFER } from './http1/read-buffer.ts'
import type { ResponseHandler } from './response-handler.ts'

/**
 * The connections to one origin: plain requests over those of the router's own, and over undici's what goes by a proxy
 * or HTTP/2, has a body that is a stream, or is unusual in any way.
 */
export class OriginPool {
  readonly #makeDispatcher: () => Dispatcher
  readonly #plain: Http1Pool | undefined
  #dispatcher: Dispatcher | undefined

  constructor(origin: string, connection: Connection, settings: PoolSettings, proxies: Proxies | undefined) {
    const connect = connectorTo(origin, connection, settings.connectMs, proxies, READ_BUFFER)
    this.#plain = connect && new Http1Pool(origin, connect)
    const makeDispatcher = () => dispatcherTo(origin, connection, settings, proxies)
    this.#makeDispatcher = makeDispatcher
  }

  send(request: Http1Request & { readonly origin: string }, handler: ResponseHandler): void {
    if (!this.#plain?.send(request, handler))
      this.dispatch({ ...request, method: request.method as Dispatcher.HttpMethod }, handler)
  }

  /** Over undici's. */
  dispatch(request: Dispatcher.DispatchOptions, handler: ResponseHandler): void {
    this.#dispatcher ??= this.#makeDispatcher()
    this.#dispatcher.dispatch(request, handler)
  }

  /** Lets go of connections once their requests have ended. */
  close(): void {
    this.#plain?.close()
    void this.#dispatcher?.close()
  }

  async destroy(): Promise<void> {
    this.#plain?.destroy()
    await this.#dispatcher?.destroy()
  }
}
