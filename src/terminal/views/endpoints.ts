import { printable } from '../../base/format/text.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

interface Ejection {
  readonly state: string
  readonly last_fault?: string
  readonly retry_at?: string
}

/** What `router endpoints --json` prints of each. */
export interface EndpointState extends Ejection {
  readonly endpoint: string
  readonly in_flight: number
  readonly learned_cap?: number
  readonly rests_until?: string
  readonly operations?: readonly (Ejection & { readonly operation: string })[]
}

const COLUMNS = [
  { title: 'endpoint', shrink: true },
  { title: 'state' },
  { title: 'retry in', align: 'right' },
  { title: 'in flight', align: 'right' },
  { title: 'cap', align: 'right' },
  { title: 'last fault' },
] as const

/** A line for each, and one below it for each operation that it seems not to have. */
export function endpointsView(endpoints: readonly EndpointState[], screen: Screen, now: number): string {
  const rows = endpoints.flatMap((endpoint) => [
    row(endpoint.endpoint, endpoint, endpoint.rests_until, String(endpoint.in_flight), endpoint.learned_cap, now),
    ...(endpoint.operations ?? []).map((own) => row(`  ${own.operation}`, own, undefined, '', undefined, now)),
  ])
  return table(COLUMNS, rows, screen)
}

function row(
  name: string,
  { state, last_fault, retry_at }: Ejection,
  rest: string | undefined,
  inFlight: string,
  cap: number | undefined,
  now: number,
) {
  const until = retry_at ?? rest
  const seconds = until === undefined ? '' : `${Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))} s`
  const shown = state === 'closed' && rest !== undefined ? 'resting' : state
  return [printable(name), shown, seconds, inFlight, cap === undefined ? '' : String(cap), printable(last_fault ?? '')]
}
