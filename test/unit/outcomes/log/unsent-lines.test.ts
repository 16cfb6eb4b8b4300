import { expect, test } from 'vitest'
import { LineRing } from '../../../../src/outcomes/log/line-ring.ts'
import type { Lines } from '../../../../src/outcomes/log/lines.ts'
import { RecentRecords } from '../../../../src/outcomes/log/recent.ts'
import { recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import { UnsentLines } from '../../../../src/outcomes/log/unsent-lines.ts'
import { record } from '../records.ts'

const textOf = (pieces: readonly Lines[]) => pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join('')

test('lines of another process are found by both ids of their records', () => {
  const unsent = new UnsentLines(100)
  const records = [0, 1, 2].map((i) => record({ id: `gen-${i}`, upstreamId: `üp-${i}` }))
  unsent.add(records[0]!)
  unsent.addLine('{"signal":"é"}')
  unsent.add(records[1]!)
  const first = unsent.take()
  expect(textOf(first)).toBe(`${recordToLine(records[0]!)}\n{"signal":"é"}\n${recordToLine(records[1]!)}\n`)
  expect(unsent.isEmpty).toBe(true)
  expect(unsent.take()).toEqual([])
  const ring = new LineRing()
  const recent = new RecentRecords(ring)
  for (const lines of first) recent.addLines(lines, ring.addLines(lines.bytes))
  unsent.add(records[2]!)
  for (const lines of unsent.take()) recent.addLines(lines, ring.addLines(lines.bytes))
  for (const { id, upstreamId } of records) {
    expect(recent.find(id)?.id).toBe(id)
    expect(recent.find(upstreamId!)?.id).toBe(id)
  }
  expect(recent.find('')).toBeUndefined()
})

test('lines in several buffers come in as many pieces, each with its own index', () => {
  const unsent = new UnsentLines(1000, new LineRing({ segmentBytes: 100, ringBytes: 1e6 }))
  const lines = Array.from({ length: 20 }, (_, i) => String(i).repeat(1 + 3 * i))
  for (const line of lines) unsent.addLine(line)
  const pieces = unsent.take()
  expect(pieces.length).toBeGreaterThan(3)
  expect(textOf(pieces)).toBe(lines.map((line) => `${line}\n`).join(''))
  for (const { bytes, index } of pieces) {
    let at = 0
    for (let line = 0; line < index.length; line += 3) {
      at += index[line + 2]!
      expect(bytes[at - 1]).toBe(0x0a)
    }
    expect(at).toBe(bytes.length)
  }
})

test('the oldest lines are lost where the ring is full, and the latest where there are too many', () => {
  const unsent = new UnsentLines(8, new LineRing({ segmentBytes: 100, ringBytes: 300 }))
  for (let i = 0; i < 10; i++) unsent.addLine(String(i).padEnd(49, '.'))
  const kept = textOf(unsent.take()).match(/^\d/gm)!
  expect(kept.length).toBeLessThan(8)
  expect(kept).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'].slice(-kept.length))
  const { lost } = unsent
  expect(lost).toBe(10 - kept.length)
  unsent.addLine('later')
  expect(textOf(unsent.take())).toBe('later\n')
  expect(unsent.lost).toBe(lost)
})
