import type { Config } from '../config/types.ts'

/**
 * The longest that is configured, for the transport that all endpoints share; a shorter one is kept by each attempt.
 */
export function maxConnectMs({ routing, models }: Config): number {
  let maxMs = routing.timeouts.connectMs
  for (const { timeouts, endpoints } of models.values()) {
    for (const own of [timeouts, ...endpoints.map((endpoint) => endpoint.timeouts)])
      maxMs = Math.max(maxMs, own?.connectMs ?? 0)
  }
  return maxMs
}
