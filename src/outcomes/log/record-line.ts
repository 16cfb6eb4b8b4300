import {
  CANDIDATE_FIELDS,
  type CandidateRecord,
  type Fields,
  OUTCOME_KINDS,
  RECORD_FIELDS,
  type RecordRow,
  type RequestRecord,
  rowToRecord,
} from '../../plugins/api.ts'
import { type FinishedRequest, type PlannedCandidate, toRecord } from './finished-request.ts'
import { LineWriter } from './line-writer.ts'

const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c

/** Bytes. A line has a few thousand at most, unless a model has hundreds of endpoints. */
const MAX_LINE_BYTES = 250_000
/** Entries of each list that are kept of a record that would be longer. */
const MAX_ENTRIES = 50

interface KeyedField {
  readonly code: string
  /** With quotes and colon. */
  readonly key: Uint8Array
  readonly inner: readonly KeyedField[] | undefined
}

const keyed = (fields: Fields): readonly KeyedField[] =>
  fields.map(({ code, file, inner }) => ({ code, key: Buffer.from(`"${file}":`), inner: inner && keyed(inner) }))

const RECORD = keyed(RECORD_FIELDS)
const IN_FLIGHT = Buffer.from(',"in_flight":')
/** Behind a candidate. */
const NEXT = Buffer.from('},')
const CANDIDATE = keyed(CANDIDATE_FIELDS)

/** Writes one line of the decision log, without the line end. Of a very long one only the lists' first entries stay. */
export function writeRecord(writer: LineWriter, request: FinishedRequest | RequestRecord): void {
  // What an error has left there.
  writer.rewind()
  const planned = 'planned' in request ? request.planned : undefined
  writeObject(writer, request as unknown as Row, RECORD, planned)
  if (writer.at - writer.start <= MAX_LINE_BYTES) return
  writer.rewind()
  const record = 'planned' in request ? toRecord(request) : request
  const shorter = {
    ...record,
    candidates: record.candidates.slice(0, MAX_ENTRIES),
    excluded: record.excluded.slice(0, MAX_ENTRIES),
    attempts: record.attempts.slice(0, MAX_ENTRIES),
  }
  writeObject(writer, shorter as unknown as Row, RECORD)
}

type Row = Readonly<Record<string, unknown>>

function writeObject(
  writer: LineWriter,
  row: Row,
  fields: readonly KeyedField[],
  planned?: readonly PlannedCandidate[],
) {
  writer.byte(OPEN_BRACE)
  writeFields(writer, row, fields, planned)
  writer.close(CLOSE_BRACE)
}

/** With a comma behind each. */
function writeFields(
  writer: LineWriter,
  row: Row,
  fields: readonly KeyedField[],
  planned?: readonly PlannedCandidate[],
) {
  for (let i = 0; i < fields.length; i++) {
    const { code, key, inner } = fields[i]!
    if (planned !== undefined && code === 'candidates') {
      writer.raw(key)
      writeCopies(writer, planned)
    } else {
      const value = row[code]
      if (value === undefined) continue
      writer.raw(key)
      if (typeof value === 'number') writer.number(value)
      else if (typeof value === 'string') writer.string(value)
      else if (typeof value === 'boolean') writer.flag(value)
      else if (inner === undefined || value === null) writer.plain(JSON.stringify(value) ?? 'null')
      else if (Array.isArray(value)) writeList(writer, value, inner)
      else writeObject(writer, value as Row, inner)
    }
    writer.byte(COMMA)
  }
}

function writeList(writer: LineWriter, list: readonly unknown[], fields: readonly KeyedField[]): void {
  writer.byte(OPEN_BRACKET)
  for (let i = 0; i < list.length; i++) {
    writeObject(writer, list[i] as Row, fields)
    writer.byte(COMMA)
  }
  writer.close(CLOSE_BRACKET)
}

function writeCopies(writer: LineWriter, list: readonly PlannedCandidate[]): void {
  writer.byte(OPEN_BRACKET)
  for (let i = 0; i < list.length; i++) {
    const { json, inFlight } = list[i]!
    writer.raw(json)
    if (inFlight > 0) {
      writer.raw(IN_FLIGHT)
      writer.number(inFlight)
    }
    writer.raw(NEXT)
  }
  writer.close(CLOSE_BRACKET)
}

const standalone = () => new LineWriter((bytes) => Buffer.allocUnsafe(Math.max(1024, 2 * bytes)))

/** One for all that is copied out of it. */
let scratch: LineWriter | undefined

/** Of a candidate: what differs from one ranking to another. */
export interface Rank extends Pick<CandidateRecord, 'score' | 'propensity' | 'why'> {
  readonly stall: number | undefined
  readonly cap: number | undefined
}

const placeOf = (code: keyof CandidateRecord) => CANDIDATE.findIndex((field) => field.code === code)
/** Of a ranking, and of the load that was ranked by; the rest stands before, between and behind these. */
const RANK = [placeOf('score'), placeOf('why') + 1] as const
const LOAD = [placeOf('stall'), placeOf('cap') + 1] as const
const RANK_FIELDS = CANDIDATE.slice(...RANK)
const LOAD_FIELDS = CANDIDATE.slice(...LOAD)
const FIXED_FIELDS = [
  CANDIDATE.slice(0, RANK[0]),
  CANDIDATE.slice(RANK[1], LOAD[0]),
  CANDIDATE.slice(LOAD[1]).filter(({ code }) => code !== 'inFlight'),
]

/**
 * A candidate as it stands in a line: without what is in flight, and without the brace behind that. It is ranked anew
 * many times, by loads that come and go: what that does not change is written once.
 */
export class CandidateText {
  #fixed: readonly Uint8Array[] | undefined

  /** `whole`: has its record, which is asked for once. To be copied as long as it is the same. */
  json(rank: Rank, whole: { readonly record: CandidateRecord }): Uint8Array {
    scratch ??= standalone()
    this.#fixed ??= fixedParts(scratch, whole.record)
    const [before, between, behind] = this.#fixed
    scratch.rewind()
    scratch.byte(OPEN_BRACE)
    scratch.raw(before!)
    writeFields(scratch, rank as unknown as Row, RANK_FIELDS)
    scratch.raw(between!)
    writeFields(scratch, rank as unknown as Row, LOAD_FIELDS)
    scratch.raw(behind!)
    return copied(scratch, scratch.at - 1)
  }
}

function fixedParts(writer: LineWriter, record: CandidateRecord): readonly Uint8Array[] {
  return FIXED_FIELDS.map((fields) => {
    writer.rewind()
    writeFields(writer, record as unknown as Row, fields)
    return copied(writer, writer.at)
  })
}

/** Texts are cut from one piece of memory after another: to ask the system for each takes longer than to write it. */
const SLAB_BYTES = 8192
let slab: Buffer | undefined
let used = 0

function copied({ bytes, start }: LineWriter, end: number): Uint8Array {
  const length = end - start
  if (slab === undefined || used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length))
    used = 0
  }
  const text = slab.subarray(used, used + length)
  used += length
  bytes.copy(text, 0, start, end)
  return text
}

/** One line of the decision log, without the line end. */
export function recordToLine(record: RequestRecord): string {
  const writer = standalone()
  writeRecord(writer, record)
  return writer.text()
}

/** Reads a line; undefined when it is torn, or not of a decision log. Unknown fields are left out. */
export function lineToRecord(line: string): RequestRecord | undefined {
  try {
    const row: unknown = JSON.parse(line)
    return isRow(row) ? rowToRecord(row) : undefined
  } catch {
    return undefined
  }
}

function isRow(value: unknown): value is RecordRow {
  if (typeof value !== 'object' || value === null) return false
  const row = value as RecordRow
  const objects = (list: unknown) =>
    Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null)
  return (
    typeof row.id === 'string' &&
    typeof row.time === 'number' &&
    typeof row.model === 'string' &&
    (OUTCOME_KINDS as readonly unknown[]).includes(row.kind) &&
    objects(row.candidates) &&
    objects(row.excluded) &&
    objects(row.attempts) &&
    (row.selection === undefined || isSelection(row.selection))
  )
}

const isSelection = (value: unknown) => Array.isArray((value as { models?: unknown } | null)?.models)
