import type { HubMap, ProbeCell } from '../../src/federation/protocol/types.ts'

/** Of how many of a world's endpoints what the hub publishes says something. */
export interface Coverage {
  readonly endpoints: number
  /** Published an hour after the hub began. */
  readonly firstHour: number
  /** At the end. */
  readonly last: number
  /** Of those, with times: the others are known to be passed over, or only to be offered. */
  readonly withTimes: number
}

/** Endpoints (provider and model) of which a map, or the hub's probes, say something; and those with times. */
export function endpointsIn(map: HubMap | undefined, probes: readonly ProbeCell[] = []) {
  const withTimes = new Set<string>()
  for (const { provider, model, ttft, total, speed } of [...(map?.cells ?? []), ...probes])
    if (model !== undefined && (ttft || total || speed)) withTimes.add(modelKey({ provider, model }))
  const listed = [...(map?.passed_over ?? []), ...(map?.offered ?? [])]
  return { all: new Set([...withTimes, ...listed.map(modelKey)]), withTimes }
}

const modelKey = ({ provider, model }: { readonly provider: string; readonly model: string }): string =>
  `${provider}/${model}`
