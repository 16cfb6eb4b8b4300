import type { HubMap, ProbeCell } from '../../src/federation/protocol/types.ts'

/** Of how many of a world's endpoints what the hub publishes says something. */
export interface Coverage {
  readonly endpoints: number
  /** What is published of the first hour. */
  readonly firstHour: number
  /** At the end. */
  readonly last: number
}

/** Endpoints (provider and model) of which a map, or the hub's probes, say something about times. */
export function endpointsIn(map: HubMap | undefined, probes: readonly ProbeCell[] = []): Set<string> {
  const covered = new Set<string>()
  for (const { provider, model, ttft, total, speed } of [...(map?.cells ?? []), ...probes])
    if (model !== undefined && (ttft || total || speed)) covered.add(modelKey({ provider, model }))
  return covered
}

const modelKey = ({ provider, model }: { readonly provider: string; readonly model: string }): string =>
  `${provider}/${model}`
