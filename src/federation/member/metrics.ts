import type { HubSession } from './session-host.ts'

/**
 * What the membership of a hub adds to /metrics, in Prometheus' text format 0.0.4; whether there is one, when there is
 * none.
 */
export function federationMetrics(session: HubSession | undefined, now: number): string {
  const line = (name: string, type: 'counter' | 'gauge', help: string, value: number) =>
    `# HELP commonroute_federation_${name} ${help}\n# TYPE commonroute_federation_${name} ${type}\ncommonroute_federation_${name} ${value}\n`
  const member = line('member', 'gauge', '1 while this process is at work for a hub.', session?.isMember ? 1 : 0)
  if (!session) return member
  const { status, endpoints, waiting, mapUntil } = session
  const { counts } = status
  return [
    member,
    line('reports_total', 'counter', 'Reports that the hub has acknowledged.', counts.reports),
    line('reports_refused_total', 'counter', 'Reports that the hub will never take, dropped.', counts.refused),
    line('reports_waiting', 'gauge', 'Reports that wait to be sent.', waiting),
    line('alarms_total', 'counter', 'Alarms sent.', counts.alarms),
    line('maps_total', 'counter', 'Maps taken.', counts.maps),
    line('failures_total', 'counter', 'Calls to the hub that failed.', counts.failures),
    ...(mapUntil === undefined
      ? []
      : [
          line(
            'map_age_seconds',
            'gauge',
            'Since the end of the last epoch in the map.',
            Math.max(0, Math.round((now - mapUntil) / 1000)),
          ),
        ]),
    line('endpoints_with_prior', 'gauge', 'Configured endpoints that the map says something of.', endpoints.with_prior),
    line('incidents_open', 'gauge', 'Open incidents that the hub announces.', status.incidents.length),
  ].join('')
}
