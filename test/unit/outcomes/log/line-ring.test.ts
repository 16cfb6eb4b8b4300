import { expect, test } from 'vitest'
import { LineRing } from '../../../../src/outcomes/log/line-ring.ts'
import { record } from '../records.ts'

const small = () => new LineRing({ segmentBytes: 400, ringBytes: 1200 })

test('lines lie where they are said to be, also one that does not fit into what is left of a buffer', () => {
  const ring = new LineRing({ segmentBytes: 100, ringBytes: 1e6 })
  const lines = ['a'.repeat(30), 'ü'.repeat(30), '', 'b'.repeat(90), 'c'.repeat(500)]
  const places = lines.map((line) => ring.addLine(line))
  expect(places.map((place) => ring.lineAt(place))).toEqual(lines)
})

test('what is not saved is given once, in order', () => {
  const ring = small()
  const lines = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(20))
  for (const line of lines) ring.addLine(line)
  let saved = ''
  for (let segment = ring.unsaved(); segment; segment = ring.unsaved()) {
    const bytes = segment.bytes.subarray(segment.saved, Math.min(segment.end, segment.saved + 7))
    saved += bytes.toString()
    ring.save(segment, bytes.length)
  }
  expect(saved).toBe(lines.map((line) => `${line}\n`).join(''))
  expect(ring.waiting).toBe(0)
  expect(ring.lost).toBe(0)
})

test('the oldest lines are forgotten when it is full, and counted when they were not saved', () => {
  const ring = small()
  const places = Array.from({ length: 20 }, (_, i) => ring.addLine(String(i).padStart(49, ' ')))
  const kept = places.map((place) => ring.lineAt(place)?.trim()).filter((line) => line !== undefined)
  expect(kept).toEqual(Array.from({ length: 14 }, (_, i) => String(i + 6)))
  expect(ring.lost).toBe(6)
  expect(ring.waiting).toBe(14 * 50)
})

test('a buffer that is on its way to disk is not written to', () => {
  const ring = small()
  ring.addLine('first'.padEnd(99, '.'))
  const onItsWay = ring.unsaved()!
  for (let i = 0; i < 10; i++) ring.addLine('later'.padEnd(99, '.'))
  expect(onItsWay.bytes.toString('utf8', 0, 5)).toBe('first')
  const { waiting } = ring
  ring.save(onItsWay, 100)
  expect(ring.waiting).toBe(waiting)
})

test('a record that cannot be written leaves nothing behind', () => {
  const ring = new LineRing()
  expect(() => ring.add(record({ strategy: 10n as never }))).toThrow(TypeError)
  expect(ring.lineAt(ring.addLine('next'))).toBe('next')
})
