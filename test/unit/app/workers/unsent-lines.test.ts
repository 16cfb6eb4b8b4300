import { expect, test } from 'vitest'
import { UnsentLines } from '../../../../src/app/workers/unsent-lines.ts'
import { LineRing } from '../../../../src/outcomes/log/line-ring.ts'

const textOf = (pieces: readonly Uint8Array[]) => pieces.map((bytes) => Buffer.from(bytes).toString()).join('')

test('lines come out as they went in, each with its end, and once', () => {
  const unsent = new UnsentLines()
  unsent.add(Buffer.from('{"id":"é"}'))
  unsent.add(Buffer.from('x'.repeat(100)))
  expect(textOf(unsent.take())).toBe(`{"id":"é"}\n${'x'.repeat(100)}\n`)
  expect(unsent.isEmpty).toBe(true)
  expect(unsent.take()).toEqual([])
})

test('lines in several buffers come in as many pieces, each of whole lines', () => {
  const unsent = new UnsentLines(new LineRing({ segmentBytes: 100, ringBytes: 1e6 }))
  const lines = Array.from({ length: 20 }, (_, i) => String(i).repeat(1 + 3 * i))
  for (const line of lines) unsent.add(Buffer.from(line))
  const pieces = unsent.take()
  expect(pieces.length).toBeGreaterThan(3)
  expect(textOf(pieces)).toBe(lines.map((line) => `${line}\n`).join(''))
  for (const bytes of pieces) expect(bytes.at(-1)).toBe(0x0a)
})

test('the oldest lines are lost where the ring is full', () => {
  const unsent = new UnsentLines(new LineRing({ segmentBytes: 100, ringBytes: 300 }))
  for (let i = 0; i < 10; i++) unsent.add(Buffer.from(String(i).padEnd(49, '.')))
  const kept = textOf(unsent.take()).match(/^\d/gm)!
  expect(kept.length).toBeLessThan(10)
  expect(kept).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].slice(-kept.length))
  const { lost } = unsent
  expect(lost).toBe(10 - kept.length)
  unsent.add(Buffer.from('later'))
  expect(textOf(unsent.take())).toBe('later\n')
  expect(unsent.lost).toBe(lost)
})
