import type { Config } from '../config/types.ts'

/** The longest that is configured, for the transport that all endpoints share; a shorter one is kept by each attempt. */
export function longestConnectMs({ routing, models }: Config): number {
  let longest = routing.timeouts.connectMs
  for (const { timeouts, endpoints } of models.values()) {
    for (const own of [timeouts, ...endpoints.map((endpoint) => endpoint.timeouts)]) longest = Math.max(longest, own?.connectMs ?? 0)
  }
  return longest
}
