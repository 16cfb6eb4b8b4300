import type { Incident } from '../../../src/federation/protocol/types.ts'

export interface IncidentView {
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Undefined where the provider has none. */
  readonly region?: string
  /** Unix seconds. */
  readonly opened: number
  readonly closed?: number
  readonly members: number
}

/** Incidents of a model, or all: open ones first, then the newest. */
export function incidentViews(incidents: readonly Incident[], model: string | undefined): IncidentView[] {
  const shown = model === undefined ? incidents : incidents.filter((incident) => incident.model === model)
  return shown
    .map(({ id, provider, model, region, opened, closed, members }) => ({
      id,
      provider,
      model,
      ...(region !== '-' && { region }),
      opened: opened * 60,
      ...(closed !== undefined && { closed: closed * 60 }),
      members,
    }))
    .sort((a, b) => Number(a.closed !== undefined) - Number(b.closed !== undefined) || b.opened - a.opened)
}
