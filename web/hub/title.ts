import type { PageState } from './state/page-state.ts'

/** Of the document. */
export function titleOf({ hub, content }: PageState): string {
  switch (content.type) {
    case 'model':
    case 'provider':
      return `${content.name} - ${hub.name}`
    case 'compare':
      return `Compare - ${hub.name}`
    case 'incidents':
      return `Incidents - ${hub.name}`
    case 'incident':
      return `Incident of ${content.incident.provider}/${content.incident.model} - ${hub.name}`
    case 'missing':
      return `Not found - ${hub.name}`
    default:
      return hub.name
  }
}
