import { open } from 'node:fs/promises'
import type { RequestRecord } from '../../plugins/api.ts'
import { type FeedbackRecord, lineToFeedback } from './feedback-line.ts'
import { type LogFile, logFiles } from './log-files.ts'
import { lineToRecord } from './record-line.ts'

const NEWLINE = 10
/** Lines wait for so long at the most, before the file is opened that they are written to. Milliseconds. */
const LINGER_MS = 1000
const CHUNK_BYTES = 64 * 1024
/** No record is as long; what is, is not read. */
const MAX_LINE_BYTES = 4 * 1024 * 1024

export interface RecordFilter {
  readonly since?: number
  readonly oldestFirst?: boolean
  readonly onUnreadable?: () => void
  readonly onFeedback?: (said: FeedbackRecord) => void
}

/** Of one file that is being read: the record that comes next. */
interface Head {
  readonly records: AsyncGenerator<RequestRecord>
  record: RequestRecord
}

/**
 * The decision log of a folder, newest first (or oldest), by the time of the answer. With `since` (Unix milliseconds)
 * only requests that arrived then or later. Memory is bounded by one line of each file that was written at the same
 * time, by another process; torn lines are passed over, with a call of `onUnreadable`; what is said of answers is for
 * `onFeedback`.
 */
export async function* readRecords(directory: string, filter: RecordFilter = {}): AsyncGenerator<RequestRecord> {
  const { since = Number.NEGATIVE_INFINITY, oldestFirst = false } = filter
  const files = (await logFiles(directory)).filter(({ modifiedAt }) => modifiedAt >= since)
  // Both grow in the order in which records are read.
  const begin = ({ openedAt, modifiedAt }: LogFile) => (oldestFirst ? openedAt - LINGER_MS : -modifiedAt)
  const placeOf = ({ record }: Head) => (oldestFirst ? 1 : -1) * endOf(record)
  files.sort((a, b) => begin(a) - begin(b))
  const heads = new Set<Head>()
  let opened = 0
  try {
    for (;;) {
      let next: Head | undefined
      for (const head of heads) if (!next || placeOf(head) < placeOf(next)) next = head
      const file = files[opened]
      if (file && !(next && placeOf(next) < begin(file))) {
        opened++
        const records = recordsOf(file, filter)
        const first = await records.next()
        if (!first.done) heads.add({ records, record: first.value })
        continue
      }
      if (!next) return
      yield next.record
      const following = await next.records.next()
      if (following.done) heads.delete(next)
      else next.record = following.value
    }
  } finally {
    for (const { records } of heads) await records.return(undefined)
  }
}

const endOf = ({ time, totalMs }: RequestRecord) => time + totalMs

async function* recordsOf({ path }: LogFile, filter: RecordFilter): AsyncGenerator<RequestRecord> {
  const { since = Number.NEGATIVE_INFINITY, oldestFirst = false } = filter
  for await (const line of oldestFirst ? linesForwards(path) : linesBackwards(path)) {
    const record = lineToRecord(line)
    if (!record) {
      const said = lineToFeedback(line)
      if (said) filter.onFeedback?.(said)
      else filter.onUnreadable?.()
      continue
    }
    // Lines are in the order in which answers ended.
    if (!oldestFirst && endOf(record) < since) break
    if (record.time < since) continue
    yield record
  }
}

async function* linesForwards(path: string): AsyncGenerator<string> {
  const handle = await open(path, 'r').catch(() => undefined)
  // It may have been rotated away meanwhile.
  if (!handle) return
  try {
    // The beginning of a line whose end has not been read.
    let parts: Buffer[] = []
    let length = 0
    const line = (last: Buffer) => {
      const whole = length + last.length > MAX_LINE_BYTES ? '' : Buffer.concat([...parts, last]).toString()
      parts = []
      length = 0
      return whole
    }
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null)
      if (bytesRead === 0) break
      let start = 0
      for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = buffer.indexOf(NEWLINE, start)) {
        const text = line(buffer.subarray(start, end))
        if (text) yield text
        start = end + 1
      }
      length += bytesRead - start
      if (length <= MAX_LINE_BYTES) parts.push(buffer.subarray(start, bytesRead))
      else parts = []
    }
    const text = line(Buffer.alloc(0))
    if (text) yield text
  } finally {
    await handle.close()
  }
}

async function* linesBackwards(path: string): AsyncGenerator<string> {
  const handle = await open(path, 'r').catch(() => undefined)
  // It may have been rotated away meanwhile.
  if (!handle) return
  try {
    let position = (await handle.stat()).size
    // The beginning of the line whose end has been read, last part first.
    let parts: Buffer[] = []
    let length = 0
    const line = (first: Buffer) => {
      const whole = length + first.length > MAX_LINE_BYTES ? '' : Buffer.concat([first, ...parts.reverse()]).toString()
      parts = []
      length = 0
      return whole
    }
    while (position > 0) {
      const size = Math.min(CHUNK_BYTES, position)
      position -= size
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, position)
      let end = bytesRead
      while (end > 0) {
        const newline = buffer.lastIndexOf(NEWLINE, end - 1)
        if (newline < 0) break
        const text = line(buffer.subarray(newline + 1, end))
        if (text) yield text
        end = newline
      }
      length += end
      if (length <= MAX_LINE_BYTES) parts.push(buffer.subarray(0, end))
      else parts = []
    }
    const text = line(Buffer.alloc(0))
    if (text) yield text
  } finally {
    await handle.close()
  }
}
