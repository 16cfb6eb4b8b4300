import { formatDuration, formatInstant, formatMembers, isoInstant } from '../format.ts'
import type { IncidentView } from '../state/incidents.ts'
import { modelHref } from './columns.tsx'

/** Past incidents shown. */
const MAX_PAST = 50

/** What fails now, above everything else; one quiet line when nothing does. */
export function OpenIncidents({ incidents, now }: { incidents: readonly IncidentView[]; now: number }) {
  const open = incidents.filter(({ closed }) => closed === undefined)
  if (open.length === 0) return <p class="calm">No open incidents</p>
  return (
    <ul class="incidents open" aria-label="Open incidents">
      {open.map((incident) => (
        <li key={incident.id}>
          <strong>
            <Endpoint incident={incident} />
          </strong>{' '}
          is failing for {formatMembers(incident.members)} members since <Instant at={incident.opened} />,{' '}
          {formatDuration(now - incident.opened)} ago
        </li>
      ))}
    </ul>
  )
}

export function PastIncidents({ incidents }: { incidents: readonly IncidentView[] }) {
  const past = incidents.filter(({ closed }) => closed !== undefined).slice(0, MAX_PAST)
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Past incidents</h2>
      {past.length === 0 && <p>None of late.</p>}
      <ul class="incidents past">
        {past.map((incident) => (
          <li key={incident.id}>
            <Endpoint incident={incident} /> failed for {formatDuration(incident.closed! - incident.opened)} from{' '}
            <Instant at={incident.opened} />, {formatMembers(incident.members)} members
          </li>
        ))}
      </ul>
    </section>
  )
}

const Endpoint = ({ incident: { provider, model, region } }: { incident: IncidentView }) => (
  <a href={modelHref(model)}>
    {provider}/{model}
    {region && ` (${region})`}
  </a>
)

const Instant = ({ at }: { at: number }) => <time dateTime={isoInstant(at)}>{formatInstant(at)}</time>
