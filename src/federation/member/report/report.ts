import { gzipSync } from 'node:zlib'
import { canonicalBytes } from '../../protocol/canonical.ts'
import {
  MIN_REQUESTS,
  MIN_REQUESTS_CLIPPED,
  MIN_REQUESTS_WITH_NOISE,
  REPORT_BYTES,
  REPORT_CELLS,
  REPORT_PASSED_OVER,
  REPORT_WIRE_BYTES,
} from '../../protocol/limits.ts'
import type { PublicEndpoint, PublicModel, Report, ReportCell } from '../../protocol/types.ts'
import { checkReport } from '../../protocol/validate.ts'
import { minorOf, versionOf } from '../../protocol/version.ts'
import type { Continent } from '../../protocol/words.ts'
import { type BookCell, cellKey, waitsUntil } from './book-cell.ts'
import { drawCellNoise, drawQueryNoise } from './noise.ts'
import { noiseStream } from './noise-stream.ts'
import { NOTHING_PUBLIC, type PublicValues } from './public-values.ts'
import type { BuiltQuality } from './quality-report.ts'
import { statisticsOf } from './statistics.ts'
import { requestsIn } from './tally.ts'

/** What the operator decides. */
export interface ReportSettings {
  readonly continent: Continent
  readonly noise: boolean
  /** Send latency grids although noise is on, which they carry none of. With noise off they are always sent. */
  readonly grids: boolean
  /** False: effective prices stay at home. Default true. */
  readonly prices?: boolean
  /** False: what was found of answers' quality does. Default true. */
  readonly quality?: boolean
  /** For a private hub: each request counts, and nothing is rounded, unless there is noise. Default false. */
  readonly exact?: boolean
}

/** A cell that is not in the report, with its true number of requests: for the operator's eyes. */
export interface LeftOut extends PublicEndpoint {
  readonly class: string
  readonly requests: number
  /** `too few`: it waits. `no room`: larger cells took all places, and it is dropped. */
  readonly reason: 'too few' | 'no room'
  /** The last epoch that it can wait for. */
  readonly until?: number
}

export interface BuiltReport {
  readonly report: Report
  /** Keys of the cells that are done with: those in the report, and those it had no room for. */
  readonly spent: ReadonlySet<string>
  /** Keys of the rows of quality that are. */
  readonly spentQuality: ReadonlySet<string>
  readonly leftOut: readonly LeftOut[]
  /** Grids were left out, since the report would have been too large with them. */
  readonly withoutGrids: boolean
}

const NO_QUALITY: BuiltQuality = { quality: [], spent: new Set() }
/** The envelope's line, and some air. */
const ENVELOPE_BYTES = 512

/**
 * The report of an epoch from what the cells hold of it; it changes nothing. The same cells, key and epoch give the
 * same report to the byte, noise included. Cells with too few requests are left out and wait: 5; with noise about 14
 * where something is public of the cell, else about 50, and the threshold itself is noisy. At most 500 cells, the
 * largest first; in the order of their names. Checked against the protocol's schema: what it does not allow does not
 * leave.
 * @throws ProtocolProblem invalid, never expected
 */
export function buildReport(
  cells: Iterable<BookCell>,
  epoch: number,
  noiseKey: Uint8Array,
  settings: ReportSettings,
  known: PublicValues = NOTHING_PUBLIC,
  passedOver: (cells: readonly ReportCell[]) => readonly PublicModel[] = () => [],
  { quality, spent: spentQuality }: BuiltQuality = NO_QUALITY,
  offered: readonly PublicModel[] = [],
): BuiltReport {
  const leftOut: LeftOut[] = []
  const ready: { readonly cell: ReportCell; readonly key: string; readonly requests: number }[] = []
  const name = (cell: BookCell) => ({ ...cell.endpoint, class: cell.class })
  for (const cell of cells) {
    const tally = cell.upTo(epoch)
    const requests = requestsIn(tally)
    const around = settings.noise ? known.find(cell.endpoint, cell.class) : undefined
    // An empty cell of which something is public is asked as any other: that it was asked tells nothing.
    if (requests === 0 && !around) continue
    const key = cellKey(cell.endpoint, cell.class)
    const words = settings.noise ? noiseStream(noiseKey, `${epoch}\n${key}`) : undefined
    const few = settings.exact ? 1 : MIN_REQUESTS
    const enough = around ? MIN_REQUESTS_CLIPPED : MIN_REQUESTS_WITH_NOISE
    if (words ? requests + drawQueryNoise(words) < enough + cell.threshold : requests < few) {
      if (requests > 0) leftOut.push({ ...name(cell), requests, reason: 'too few', until: waitsUntil(epoch) })
      continue
    }
    const noise = words && drawCellNoise(words)
    const { price, ...statistics } = statisticsOf(tally, {
      noise,
      min: noise ? MIN_REQUESTS_WITH_NOISE : few,
      grids: settings.grids || !settings.noise,
      exact: settings.exact ?? false,
      around,
    })
    const stated = price === undefined || settings.prices === false ? statistics : { ...statistics, price }
    ready.push({ cell: { ...name(cell), ...stated }, key, requests })
  }
  const spent = new Set(ready.map(({ key }) => key))
  // By what is reported, not by what is true: the choice tells nothing more.
  ready.sort((a, b) => b.cell.n - a.cell.n || order(a.key, b.key))
  for (const { cell, requests } of ready.splice(REPORT_CELLS)) {
    const { provider, model, region, class: workloadClass } = cell
    leftOut.push({ provider, model, region, class: workloadClass, requests, reason: 'no room' })
  }
  const sorted = ready.sort((a, b) => order(a.key, b.key)).map(({ cell }) => cell)
  const passed = sorted.length > 0 ? passedOver(sorted).slice(0, REPORT_PASSED_OVER) : []
  const withCells = (cells: readonly ReportCell[]): Report => ({
    type: 'report',
    // Hubs of an earlier minor get nothing of a later one.
    v: versionOf(offered.length > 0 ? 3 : quality.length > 0 ? 2 : passed.length > 0 ? 1 : 0),
    epoch,
    continent: settings.continent,
    noise: settings.noise,
    cells,
    ...(passed.length > 0 && { passed_over: passed }),
    ...(quality.length > 0 && { quality }),
    ...(offered.length > 0 && { offered }),
  })
  const whole = withCells(sorted)
  const withoutGrids = !fits(whole)
  const report = checkReport(withoutGrids ? withCells(sorted.map(({ grids: _, ...cell }) => cell)) : whole)
  return { report, spent, spentQuality, leftOut, withoutGrids }
}

/** What each minor version of the protocol brought to reports, by its number. */
const BROUGHT = [undefined, 'passed_over', 'quality', 'offered'] as const

/** The same for a hub that does not take the newest of its fields; undefined where there is nothing to leave out. */
export function lowered(report: Report): Report | undefined {
  const newest = BROUGHT[minorOf(report)]
  if (newest === undefined) return undefined
  const { [newest]: _, ...rest } = report
  const minor = BROUGHT.findLastIndex((field) => field !== undefined && rest[field as keyof typeof rest] !== undefined)
  return rest.cells.length > 0 || minor > 0 ? { ...rest, v: versionOf(Math.max(0, minor)) } : undefined
}

function fits(report: Report): boolean {
  const bytes = canonicalBytes(report)
  return bytes.length + ENVELOPE_BYTES <= REPORT_BYTES && gzipSync(bytes).length + ENVELOPE_BYTES <= REPORT_WIRE_BYTES
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
