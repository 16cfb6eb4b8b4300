import { escapeHtml } from '../../src/base/format/escape-html.ts'
import type { PageData } from '../../src/hub/publish/page-data.ts'
import { formatDuration, formatInstant, formatMembers, isoInstant } from './format.ts'
import { ATOM_PATH, INCIDENTS_PATH, incidentPath, pageLink } from './links.ts'
import type { EndpointIndex } from './state/endpoint-index.ts'
import { type IncidentView, incidentViews } from './state/incidents.ts'

const MAX_ENTRIES = 100

/**
 * Incidents of the last 30 days as an Atom feed (RFC 4287). An entry changes when its incident closes. Without an
 * address of the hub its links are relative to the feed.
 */
export function atomFeed({ hub, url, incidents, now, isCopy = false }: PageData, index: EndpointIndex): string {
  const entries = incidentViews(incidents, index)
    .sort((a, b) => changedAt(b) - changedAt(a))
    .slice(0, MAX_ENTRIES)
  const base = url === undefined ? '' : `${url}/`
  const updated = isoInstant(entries[0] ? changedAt(entries[0]) : now - (now % 86_400))
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:commonroute:hub:${escapeHtml(hub.key)}</id>
<title>${escapeHtml(`Incidents - ${hub.name}`)}</title>
<author><name>${escapeHtml(hub.name)}</name></author>
<link rel="self" href="${escapeHtml(`${base}${ATOM_PATH}`)}"/>
<link rel="alternate" type="text/html" href="${escapeHtml(pageLink(base, INCIDENTS_PATH, isCopy))}"/>
<updated>${updated}</updated>
${entries.map((incident) => entryOf(incident, (path) => pageLink(base, path, isCopy))).join('\n')}
</feed>
`
}

function entryOf(incident: IncidentView, linkTo: (path: string) => string): string {
  const { id, provider, model, region, opened, closed, members } = incident
  const endpoint = `${provider}/${model}${region === undefined ? '' : ` (${region})`}`
  const title = closed === undefined ? `${endpoint} is failing` : `${endpoint} is back`
  const since = `Failing for ${formatMembers(members)} members since ${formatInstant(opened)}`
  const text = closed === undefined ? `${since}.` : `${since}, for ${formatDuration(closed - opened)}.`
  return `<entry>
<id>urn:commonroute:incident:${escapeHtml(id)}</id>
<title>${escapeHtml(title)}</title>
<link rel="alternate" type="text/html" href="${escapeHtml(linkTo(incidentPath(id)))}"/>
<published>${isoInstant(opened)}</published>
<updated>${isoInstant(changedAt(incident))}</updated>
<summary>${escapeHtml(text)}</summary>
</entry>`
}

const changedAt = ({ opened, closed }: IncidentView): number => closed ?? opened
