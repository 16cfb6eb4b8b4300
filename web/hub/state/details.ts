import type { MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'
import type { ModelFacts, ProviderFacts } from '../../../src/hub/facts/facts.ts'
import type { PageData } from '../../../src/hub/publish/page-data.ts'
import { type Entry, isReported } from './endpoint-index.ts'
import { figuresOf } from './figures.ts'
import type { EndpointRow } from './row.ts'
import { EVERYTHING, probeRowOf, type RowContext, rowOf, withTrend } from './rows.ts'
import { type Day, daysOf, type Uptimes, uptimesOf } from './uptime.ts'

const DAYS = 7

/** A row with everything that is known of the endpoint: for the pages of one model, and to compare. */
export interface DetailRow extends EndpointRow {
  readonly uptimes: Uptimes
  readonly days: readonly Day[]
  /** Share of requests with tools or a schema that went well. */
  readonly structured?: number
  readonly maxOutput?: number
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  /** Undefined where it is not known. */
  readonly tools?: boolean
  readonly json?: boolean
  readonly quantization?: string
  readonly policy?: ProviderFacts
}

/** Undefined for an endpoint that is no longer in the map. */
export function detailOf(entry: Entry, context: RowContext, facts: PageData['facts']): DetailRow | undefined {
  const row = rowOf(entry, EVERYTHING, context)
  return row && withDetails(row, entry, context, facts)
}

/** What the hub's probes say of an endpoint that members report on; undefined without either. */
export function probedBeside(entry: Entry, context: RowContext, facts: PageData['facts']): DetailRow | undefined {
  const row = isReported(entry) ? probeRowOf(entry, EVERYTHING, context) : undefined
  return row && withDetails(row, { ...entry, series: undefined }, context, facts)
}

function withDetails(row: EndpointRow, entry: Entry, context: RowContext, facts: PageData['facts']): DetailRow {
  const structured = structuredOf(row.source === 'probe' ? entry.probes : entry.parts)
  const policy = facts.provider(entry.provider)
  const published = uptimesOf(entry, context.history, context.now)
  // The hub's own requests of about a day, older ones counting less.
  const uptimes =
    published.d1 === undefined && row.success !== undefined ? { ...published, d1: row.success } : published
  return {
    ...withTrend(row, entry, context.history),
    uptimes,
    days: daysOf(entry, context.history, context.now, DAYS),
    ...(structured !== undefined && { structured }),
    ...termsOf(entry.facts),
    ...(policy && { policy }),
  }
}

function structuredOf(cells: readonly (MapCell | ProbeCell)[]): number | undefined {
  const own = cells.filter(
    (cell) => cell.class!.endsWith('.structured') && cell.success && ('source' in cell || cell.region === undefined),
  )
  if (own.length === 0) return undefined
  const [a, b] = own.reduce(([a, b], { success }) => [a + success!.a, b + success!.b], [0, 0])
  return a / (a + b)
}

function termsOf({ maxOutputTokens, inputModalities, outputModalities, parameters, quantization }: ModelFacts) {
  return {
    ...(maxOutputTokens !== undefined && { maxOutput: maxOutputTokens }),
    ...(inputModalities && { inputs: inputModalities }),
    ...(outputModalities && { outputs: outputModalities }),
    ...(parameters && { tools: parameters.includes('tools'), json: parameters.includes('structured_outputs') }),
    ...(quantization !== undefined && { quantization }),
  }
}

/** Figures of all of a provider's models together, when the map has them. */
export const providerFigures = (map: PageData['map'], provider: string) => {
  const cell = map?.cells.find((one) => one.provider === provider && one.model === undefined)
  return cell && figuresOf(cell)
}
