import { NONE, percent, price, span, speed, speedColumn, time } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import { unitNamed, workUnitOf } from '../../base/work-units.ts'
import type { Incident } from '../../federation/protocol/types.ts'
import type { CellView, EndpointView, Spread } from '../../federation/protocol/view/cell-view.ts'
import type { QualityView } from '../../federation/protocol/view/quality-view.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

/** What `router map --json` prints. */
export interface MapReport {
  readonly from: string
  /** Fingerprint of the key that signed the map. */
  readonly key: string
  /** Whether that key was known before. */
  readonly pinned: boolean
  readonly epoch: number
  readonly epoch_seconds: number
  readonly k: number
  readonly members: number
  /** Since the end of the last epoch in it. */
  readonly age_s: number
  /** Since the newest of the hub's own measurements, where there are any. */
  readonly probes_age_s?: number
  /** Whether it is known which incidents are open. */
  readonly incidents_known: boolean
  readonly models: readonly ReportedModel[]
}

interface ReportedModel {
  /** Canonical where that is known, else as its provider calls it. */
  readonly model: string
  /** The best first. */
  readonly endpoints: readonly ReportedEndpoint[]
  /** Members have them configured, and use others instead. */
  readonly passed_over: readonly Listed[]
  /** Members offer them, and nothing else is known of them yet. */
  readonly offered: readonly Listed[]
  /** How good members found its answers: over all kinds of work, then by kind. */
  readonly quality: readonly QualityView[]
  /** By region, continent and class; only of a model that was asked for by its name. */
  readonly cells?: readonly CellView[]
}

interface Listed {
  readonly provider: string
  readonly model: string
  readonly members: number
}

export interface ReportedEndpoint extends EndpointView {
  readonly age_s: number
  /** What the speed counts, where it is not tokens: `images` (a minute), `characters`, `seconds`, `documents`. */
  readonly speed_unit?: string
  readonly incident: Incident | null
}

const right = (title: string) => ({ title, align: 'right' }) as const
const FIGURES = ['TTFT p50', 'p95', 'total p50'] as const

/** `router map`: whose it is, and a table for each model. */
export function mapView(report: MapReport, screen: Screen): string {
  const { bold, dim, yellow } = screen.palette
  const { models, from, key, pinned, members, k, age_s, probes_age_s: probed, incidents_known } = report
  const count = models.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
  const head = [
    `${bold('Map')} of ${printable(from)}, ${span(age_s * 1000)} old${probed === undefined ? '' : `, probes ${span(probed * 1000)}`}: ${plural(models.length, 'model')}, ${plural(count, 'endpoint')}, ${plural(members, 'member')}, k ${k}`,
    pinned
      ? dim(`signed by ${key}`)
      : yellow(`signed by ${key}, which was held against nothing: give --key when you know whose it is`),
    ...(incidents_known ? [] : [dim('incidents: not known')]),
  ]
  if (models.length === 0) return [...head, '', 'It says nothing of any model yet.'].join('\n')
  return [head.join('\n'), ...models.map((model) => modelView(model, screen))].join('\n\n')
}

function modelView(reported: ReportedModel, screen: Screen): string {
  const { model, endpoints, passed_over: passedOver, offered, quality, cells = [] } = reported
  const { bold, dim, red } = screen.palette
  const speeds = speedColumn(endpoints.map(({ speed_unit }) => unitNamed(speed_unit)))
  const columns = [
    { title: '  provider' },
    { title: 'its name', shrink: true },
    ...[...FIGURES, speeds.title, 'success', 'paid $/M', 'members', 'age'].map(right),
    { title: '' },
  ]
  const rows = endpoints.map((endpoint, at) => [
    `  ${endpoint.provider}`,
    endpoint.model === model ? '' : printable(endpoint.model),
    ...timesOf(endpoint),
    speedOf(endpoint.speed, endpoint.speed_unit, speeds.units[at]),
    percent(endpoint.success ?? undefined),
    price(endpoint.price ?? undefined),
    endpoint.source === 'probe' ? 'probed' : String(endpoint.members),
    span(endpoint.age_s * 1000),
    endpoint.incident ? red(`failing for ${endpoint.incident.members} or more`) : '',
  ])
  const listed = (what: string, models: readonly Listed[]) => {
    const each = models.map(({ provider, members }) => `${provider} (${members} or more)`)
    return each.length > 0 ? [dim(`  ${what}: ${each.join(', ')}`)] : []
  }
  const whole = [
    bold(printable(model)),
    ...(rows.length > 0 ? [table(columns, rows, screen)] : []),
    ...qualityLines(quality),
    ...listed('configured by members, who use others instead', passedOver),
    ...listed('configured by members, who have no figures yet', offered),
  ].join('\n')
  if (cells.length === 0) return whole
  return `${whole}\n\n${dim('by class and place')}\n${cellTable(cells, screen)}`
}

/** "good answers: code 0.81 ± 0.04 (200 judged by 5 members), ...": where most is known first. */
function qualityLines(quality: readonly QualityView[]): string[] {
  const known = (row: QualityView) => (row.judged ?? 0) + (row.checked ?? 0)
  const rows = quality.toSorted((a, b) => known(b) - known(a))
  const good = rows
    .filter((row) => row.good !== null)
    .map(({ type, good, good_sd, judged, members }) => {
      const behind = `${plural(judged ?? 0, 'answer')} judged, ${plural(members, 'member')}`
      return `${workOf(type)} ${good!.toFixed(2)} ± ${good_sd!.toFixed(2)} (${behind})`
    })
  const escalated = rows
    .filter((row) => row.escalated !== null)
    .map(({ type, escalated, checked }) => `${workOf(type)} ${percent(escalated!)} of ${checked}`)
  return [
    ...(good.length > 0 ? [`  good answers: ${good.join('; ')}`] : []),
    ...(escalated.length > 0 ? [`  thrown away after a check: ${escalated.join('; ')}`] : []),
  ]
}

const workOf = (type: string | null): string =>
  type === null ? 'all' : type === '-' ? 'other' : type.replaceAll('_', ' ')

const CELL_COLUMNS = [
  { title: '  provider' },
  { title: 'class' },
  { title: 'continent' },
  { title: 'region' },
  ...[...FIGURES, 'speed', 'success', 'members'].map(right),
]

const cellTable = (cells: readonly CellView[], screen: Screen): string =>
  table(
    CELL_COLUMNS,
    cells.map((cell) => {
      const unit = workUnitOf(cell.class ?? '')
      return [
        `  ${cell.provider}`,
        cell.class ?? '',
        cell.continent ?? 'all',
        cell.region ?? 'all',
        ...timesOf(cell),
        speedOf(cell.speed, unit?.name, unit),
        percent(cell.success ?? undefined),
        cell.source === 'probe' ? 'probed' : String(cell.members),
      ]
    }),
    screen,
  )

const timesOf = ({ ttft_ms, total_ms }: CellView): string[] => [
  time(ttft_ms?.p50),
  time(ttft_ms?.p95),
  time(total_ms?.p50),
]

/** Maps keep slow work at a multiple of its speed. */
function speedOf(
  of: Spread | null,
  name: string | undefined,
  unit: { readonly perSecond: string } | undefined,
): string {
  return of ? speed(of.p50 / (unitNamed(name)?.gridScale ?? 1), unit) : NONE
}
