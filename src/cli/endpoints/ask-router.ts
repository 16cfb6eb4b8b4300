import { RouterError, reasonOf } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import type { JsonObject } from '../../plugins/api.ts'

/** The addresses that stand for all of a machine's, and how they are reached from it. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
const PATIENCE_MS = 10_000

/**
 * Asks the running router of this configuration, or the one at `url`, with its first client key. @throws RouterError
 * ROUTER_NOT_REACHED, ROUTER_USAGE
 */
export async function askRouter(
  { server, auth }: Config,
  url: string | undefined,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown> {
  const host = ANY[server.host] ?? server.host
  const address = url?.replace(/\/$/, '') ?? `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  const [key] = auth.keys
  let response: Response
  let body: JsonObject
  try {
    response = await fetch(`${address}/v1/router/${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    })
    body = (await response.json()) as JsonObject
  } catch (error) {
    throw new RouterError(
      'ROUTER_NOT_REACHED',
      { address, reason: reasonOf((error as Error).cause ?? error) },
      { cause: error },
    )
  }
  if (response.ok) return body.data
  const { message } = (body.error ?? {}) as JsonObject
  throw new RouterError('ROUTER_USAGE', {
    reason: typeof message === 'string' ? message : `The router answered ${response.status}.`,
  })
}
