import { formatDuration, formatInstant, formatMembers, formatShare, isoInstant } from '../format.ts'
import { ATOM_PATH, INCIDENTS_PATH } from '../links.ts'
import type { IncidentView } from '../state/incidents.ts'
import type { IncidentState, IncidentsState } from '../state/pages.ts'
import { AllModelsLink, IncidentLink, ModelLink, ProviderLink } from './links.tsx'
import { useBase, usePageLink } from './page-context.ts'
import { Strip } from './strip.tsx'

/** What fails now, above everything else; one quiet line when nothing does. */
export function OpenIncidents({ open, now }: { open: readonly IncidentView[]; now: number }) {
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

/** Of a model or a provider, within 30 days. */
export function PastIncidents({ incidents }: { incidents: readonly IncidentView[] }) {
  const past = incidents.filter(({ closed }) => closed !== undefined)
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Past incidents</h2>
      {past.length === 0 ? <p>None within 30 days.</p> : <PastList incidents={past} />}
    </section>
  )
}

const PastList = ({ incidents }: { incidents: readonly IncidentView[] }) => (
  <ul class="incidents past">
    {incidents.map((incident) => (
      <li key={incident.id}>
        <Endpoint incident={incident} /> failed for {formatDuration(incident.closed! - incident.opened)} from{' '}
        <Instant at={incident.opened} />, {formatMembers(incident.members)} members
      </li>
    ))}
  </ul>
)

/** All incidents of 30 days, by day. */
export function IncidentsPage({ content: { incidents } }: { content: IncidentsState }) {
  const base = useBase()
  const past = incidents.filter(({ closed }) => closed !== undefined)
  const days = Map.groupBy(past, ({ opened }) => isoInstant(opened).slice(0, 10))
  return (
    <>
      <div class="title">
        <h1>Incidents of 30 days</h1>
        <p>
          <a href={`${base}${ATOM_PATH}`}>Feed</a> <AllModelsLink />
        </p>
      </div>
      <p>
        An incident opens when enough independent members find that an endpoint fails, and closes when they find it
        working again or no longer complain.
      </p>
      {past.length === 0 && <p class="notice">No past incident within 30 days.</p>}
      {[...days].map(([day, own]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>{day}</h2>
          <PastList incidents={own} />
        </section>
      ))}
    </>
  )
}

/** One incident. */
export function IncidentPage({ content: { incident, days, others }, now }: { content: IncidentState; now: number }) {
  const { provider, model, name, region, opened, closed, members } = incident
  const worst = days.findLast(({ uptime }) => uptime !== undefined)
  return (
    <>
      <div class="title">
        <h1>
          {provider}/{model} {closed === undefined ? 'is failing' : 'was failing'}
        </h1>
        <p>
          <a href={usePageLink(INCIDENTS_PATH)}>All incidents</a>
        </p>
      </div>
      <dl class="facts">
        <dt>Provider</dt>
        <dd>{name === undefined ? provider : <ProviderLink name={provider} />}</dd>
        <dt>Model</dt>
        <dd>{name === undefined ? model : <ModelLink name={name} />}</dd>
        <dt>Region</dt>
        <dd>{region ?? 'all'}</dd>
        <dt>Opened</dt>
        <dd>
          <Instant at={opened} />
        </dd>
        <dt>Closed</dt>
        <dd>{closed === undefined ? 'still open' : <Instant at={closed} />}</dd>
        <dt>Lasted</dt>
        <dd>{formatDuration((closed ?? now) - opened)}</dd>
        <dt>Agreed</dt>
        <dd>{formatMembers(members)} members</dd>
      </dl>
      {days.length > 0 && (
        <section aria-labelledby="days">
          <h2 id="days">Uptime of 30 days</h2>
          <Strip days={days} />
          {worst && (
            <p class="about">
              {formatShare(worst.uptime!)} on {worst.date}
            </p>
          )}
        </section>
      )}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">Others of this endpoint</h2>
          <PastList incidents={others.filter((other) => other.closed !== undefined)} />
        </section>
      )}
    </>
  )
}

const Endpoint = ({ incident: { id, provider, model, region } }: { incident: IncidentView }) => (
  <IncidentLink id={id}>
    {provider}/{model}
    {region && ` (${region})`}
  </IncidentLink>
)

const Instant = ({ at }: { at: number }) => <time dateTime={isoInstant(at)}>{formatInstant(at)}</time>
