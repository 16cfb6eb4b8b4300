import type { Incident } from '../../../src/federation/protocol/types.ts'
import type { EndpointIndex } from './endpoint-index.ts'

export interface IncidentView {
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Of the model's page; undefined where there is none. */
  readonly name?: string
  /** Undefined where the provider has none. */
  readonly region?: string
  /** Unix seconds. */
  readonly opened: number
  readonly closed?: number
  readonly members: number
}

/** Open ones first, then the newest. */
export function incidentViews(incidents: readonly Incident[], index: EndpointIndex): IncidentView[] {
  return incidents
    .map(({ id, provider, model, region, opened, closed, members }) => {
      const name = index.get(`${provider}/${model}`)?.name
      return {
        id,
        provider,
        model,
        ...(name !== undefined && { name }),
        ...(region !== '-' && { region }),
        opened: opened * 60,
        ...(closed !== undefined && { closed: closed * 60 }),
        members,
      }
    })
    .sort((a, b) => Number(a.closed !== undefined) - Number(b.closed !== undefined) || b.opened - a.opened)
}
