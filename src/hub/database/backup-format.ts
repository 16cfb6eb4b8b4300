import type { HubDatabase } from './schema.ts'

/**
 * A backup is gzip of lines of JSON: a header, one line for each row, and an end, without which it is not whole. Rows
 * have the columns of the schema that the header names (a migration's name); bytes are `{"base64": ...}`. It fits
 * PGlite and PostgreSQL alike.
 */
export interface BackupHeader {
  readonly format: typeof FORMAT
  readonly version: typeof FORMAT_VERSION
  /** Name of the newest migration of the tables. */
  readonly schema: string
  /** Unix seconds. */
  readonly created_at: number
}

export interface BackupRow {
  readonly table: Table
  readonly row: Readonly<Record<string, unknown>>
}

/** Rows of each table. */
export interface BackupEnd {
  readonly end: RowCounts
}

export type Table = keyof HubDatabase
export type RowCounts = Readonly<Record<Table, number>>

export const FORMAT = 'commonroute-hub-backup'
export const FORMAT_VERSION = 1

export const TABLES: readonly Table[] = [
  'settings',
  'invites',
  'members',
  'reports',
  'contributions',
  'maps',
  'history',
  'alarms',
  'incidents',
  'probers',
  'probe_cells',
  'probe_states',
  'endpoint_users',
]

/** Rows read or written at once; those of one table are at most a few megabytes together. */
export const BATCH = 100

export const noRows = (): Record<Table, number> =>
  Object.fromEntries(TABLES.map((table) => [table, 0])) as Record<Table, number>

export const toLine = (line: BackupHeader | BackupRow | BackupEnd): string => `${JSON.stringify(line)}\n`

/** A row with its bytes as they stand in a line. */
export const encodeRow = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  mapValues(row, (value) => (Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value))

/** The inverse of `encodeRow`. */
export const decodeRow = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  mapValues(row, (value) => (isBytes(value) ? Buffer.from(value.base64, 'base64') : value))

const isBytes = (value: unknown): value is { base64: string } =>
  typeof value === 'object' && value !== null && 'base64' in value

const mapValues = (
  row: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Record<string, unknown> => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]))
