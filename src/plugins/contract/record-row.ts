import type { RequestRecord } from './record.ts'
import { type Fields, RECORD_FIELDS } from './record-fields.ts'

/** A record with the names that it has in files and on wires: `requested_model`, `attempts[].ttft_ms`, ... */
export type RecordRow = Readonly<Record<string, unknown>>

/** The record as a JSON object with keys in snake_case, as it stands in the decision log. Absent fields stay absent. */
export function recordToRow(record: RequestRecord): RecordRow {
  return renamed(record, RECORD_FIELDS, 'code', 'file') as RecordRow
}

/** The other way. Fields that this version does not know are left out; nothing else is checked. */
export function rowToRecord(row: RecordRow): RequestRecord {
  return renamed(row, RECORD_FIELDS, 'file', 'code') as RequestRecord
}

type Side = 'code' | 'file'

function renamed(value: unknown, fields: Fields, from: Side, to: Side): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, fields, from, to))
  const source = value as Readonly<Record<string, unknown>>
  const target: Record<string, unknown> = {}
  for (const field of fields) {
    const member = source[field[from]]
    if (member === undefined) continue
    target[field[to]] = field.inner ? renamed(member, field.inner, from, to) : member
  }
  return target
}
