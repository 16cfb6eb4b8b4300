import { listeningAt } from '../../app/listening.ts'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { stateDirectory } from '../../config/find.ts'
import type { Config } from '../../config/types.ts'
import type { JsonObject } from '../../plugins/api.ts'

/** The addresses that stand for all of a machine's, and how they are reached from it. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }
const PATIENCE_MS = 10_000

/**
 * Asks the running router of this configuration, or the one at `url`, with its first client key. It is where it wrote
 * down that it listens, which the command line may have set; else where the configuration says. @throws RouterError
 * ROUTER_NOT_REACHED, ROUTER_USAGE
 */
export async function askRouter(
  config: Config,
  url: string | undefined,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown> {
  const address = url?.replace(/\/$/, '') ?? addressOf(config)
  const [key] = config.auth.keys
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

function addressOf(config: Config): string {
  const { host, port } = config.server
  const configured = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const address = new URL(listeningAt(stateDirectory(config)) ?? configured)
  address.hostname = ANY[address.hostname] ?? address.hostname
  return address.origin
}
