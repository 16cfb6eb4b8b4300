import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'
import type { ProviderAdapter, UpstreamRequest } from '../plugins/api.ts'
import { watched } from './connection.ts'
import { answerInProcess } from './in-process.ts'

/** The brakes of one upstream call. */
export interface Controller {
  pause(): void
  resume(): void
  abort(reason: Error): void
}

/** The phases of one upstream call, in undici's order. After `onResponseError` or `onResponseEnd` nothing more comes. */
export interface ResponseHandler {
  onRequestStart(controller: Controller): void
  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void
  onResponseData(controller: Controller, chunk: Buffer): void
  onResponseEnd(controller: Controller): void
  onResponseError(controller: Controller | undefined, error: Error): void
}

/**
 * Sends what adapters describe: over pooled keep-alive connections, one pool per origin, or in process for adapters that are themselves
 * the upstream. All timeouts but the connect timeout belong to the caller. Redirects are not followed: secrets stay with their origin.
 */
export class Transport {
  readonly #agent: Agent

  constructor(options: { connectMs: number }) {
    this.#agent = new Agent({
      connect: watchedConnector({ timeout: options.connectMs, keepAlive: true, allowH2: false }),
      headersTimeout: 0,
      bodyTimeout: 0,
      // Below the idle limits of common servers (nginx 75 s, node 5 s announces its own), so that few requests meet a closing socket.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 300_000,
      pipelining: 1,
      // HTTP/1.1 only: one broken connection then breaks one request.
      allowH2: false,
    })
  }

  send(adapter: ProviderAdapter, request: UpstreamRequest, handler: ResponseHandler): void {
    if (adapter.answer) {
      answerInProcess(adapter.answer.bind(adapter), request, handler)
      return
    }
    try {
      const { origin, path } = targetOf(request.url)
      this.#agent.dispatch(
        {
          origin,
          path,
          method: request.method,
          headers: request.headers as Record<string, string>,
          body: request.body ?? null,
        },
        handler,
      )
    } catch (error) {
      handler.onResponseError(undefined, error as Error)
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** undici's connector; its connections are watched, see there. */
function watchedConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options)
  return (target, callback) =>
    connect(target, (...[error, socket]) => (error ? callback(error, null) : callback(null, watched(socket as Socket))))
}

interface Target {
  readonly origin: string
  readonly path: string
}

/** URL getters serialise anew at each call, and adapters give the same URL objects again and again. Checked against `href`, should one change. */
const TARGETS = new WeakMap<URL, Target & { readonly href: string }>()

function targetOf(url: URL): Target {
  const known = TARGETS.get(url)
  if (known && known.href === url.href) return known
  const target = { href: url.href, origin: url.origin, path: url.pathname + url.search }
  TARGETS.set(url, target)
  return target
}
