/**
 * Counters of this process since its start, for Prometheus. All label values are from closed lists, so nothing grows.
 */
export class HubMetrics {
  readonly #counts = new Map<string, Map<string, number>>()
  /** Of the last aggregation that this process ran. */
  #aggregation: { readonly epoch: number; readonly seconds: number; readonly dropped: number } | undefined
  #aggregationSeconds = 0

  reportTaken(status: 'accepted' | 'already'): void {
    this.#add('reports', status)
  }

  alarmTaken(state: 'failing' | 'back'): void {
    this.#add('alarms', state)
  }

  /** `kind`: how a request of a prober ended. */
  probed(kind: string): void {
    this.#add('probes', kind)
  }

  enrolled(): void {
    this.#add('enrolments', 'accepted')
  }

  /** `what`: the route's pattern. */
  refused(what: string, code: string): void {
    this.#add('refused', `${what} ${code}`)
  }

  databaseFailed(): void {
    this.#add('database', 'errors')
  }

  /** `dropped`: cells for which the map had no room. */
  aggregated(epoch: number, seconds: number, dropped = 0): void {
    this.#aggregation = { epoch, seconds, dropped }
    this.#aggregationSeconds += seconds
    this.#add('aggregations', 'done')
  }

  aggregationFailed(): void {
    this.#add('aggregations', 'failed')
  }

  /** In Prometheus' text format 0.0.4; `gauges` are what others know at this moment, undefined: nothing to tell yet. */
  text(gauges: Readonly<Record<string, readonly [help: string, value: number | undefined]>>): string {
    const each = (name: string, labels: (key: string) => Record<string, string>): Sample[] =>
      [...(this.#counts.get(name) ?? [])].map(([key, value]) => [labels(key), value])
    const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [[{}, value]])
    return [
      metric(
        'reports_total',
        'counter',
        'Reports taken; already: the same again.',
        each('reports', (status) => ({ status })),
      ),
      metric(
        'alarms_total',
        'counter',
        'Alarms taken.',
        each('alarms', (state) => ({ state })),
      ),
      metric(
        'probes_total',
        'counter',
        'Requests of probers, by how they ended.',
        each('probes', (kind) => ({ kind })),
      ),
      metric(
        'enrolments_total',
        'counter',
        'New members.',
        each('enrolments', () => ({})),
      ),
      metric(
        'refused_total',
        'counter',
        'Requests refused, by what they asked for and the code.',
        each('refused', routeAndCode),
      ),
      metric(
        'database_errors_total',
        'counter',
        'Queries that failed.',
        one(this.#counts.get('database')?.get('errors') ?? 0),
      ),
      metric(
        'aggregations_total',
        'counter',
        'Aggregations that this process ran.',
        each('aggregations', (result) => ({ result })),
      ),
      metric('aggregation_seconds_total', 'counter', 'Time that aggregations took.', one(this.#aggregationSeconds)),
      metric(
        'last_aggregation_seconds',
        'gauge',
        'Time that the last aggregation of this process took.',
        one(this.#aggregation?.seconds),
      ),
      metric(
        'last_aggregated_epoch',
        'gauge',
        'The epoch that this process aggregated last.',
        one(this.#aggregation?.epoch),
      ),
      metric(
        'map_cells_dropped',
        'gauge',
        'Cells for which the map that this process made last had no room.',
        one(this.#aggregation?.dropped),
      ),
      ...Object.entries(gauges).map(([name, [help, value]]) => metric(name, 'gauge', help, one(value))),
    ].join('')
  }

  #add(name: string, key: string): void {
    const counts = this.#counts.get(name) ?? new Map<string, number>()
    this.#counts.set(name, counts)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

function routeAndCode(key: string): Record<string, string> {
  const at = key.lastIndexOf(' ')
  return { route: key.slice(0, at), code: key.slice(at + 1) }
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(([labels, value]) => {
    const inside = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\\n]/g, '_')}"`)
    return `hub_${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP hub_${name} ${help}\n# TYPE hub_${name} ${type}\n${lines.join('')}`
}
