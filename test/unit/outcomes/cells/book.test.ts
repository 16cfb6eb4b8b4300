import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { RouterError } from '../../../../src/base/errors.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { CellTable } from '../../../../src/outcomes/cells/endpoint-cells.ts'
import { sampleOf } from '../../../../src/outcomes/sample.ts'
import { encodeBook } from '../../../../src/outcomes/saving/book-state.ts'
import { CLASS, fault, NOW, outcome } from '../helpers.ts'

/** V8's own, which is otherwise only there with `--expose-gc`. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const copy = (book: OutcomeBook, now = NOW) => JSON.parse(JSON.stringify(book.snapshot(now)))

function filled(cells: number, perCell: number): OutcomeBook {
  const book = new OutcomeBook()
  // Every hour of a day, times and speeds spread over the grids.
  for (let k = 0; k < perCell; k++) {
    for (let i = 0; i < cells; i++) {
      const spread = Math.exp(((i * 7 + k * 13) % 40) / 10)
      const ttftMs = 50 * spread
      const at = NOW - Math.round((86_400_000 * (perCell - 1 - k)) / perCell)
      book.record(
        outcome({
          endpoint: `provider-${i % 20}/model-${i >> 3}`,
          class: `chat.lt${i & 7}k.plain`,
          at,
          ttftMs,
          totalMs: ttftMs * 6,
          tokensPerSecond: 9 * spread,
        }),
      )
    }
  }
  return book
}

describe('the book', () => {
  it('lists endpoints, classes and the last outcome', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    book.record(fault({ class: 'embedding.lt1k.plain', at: NOW + 5 }))
    book.record(outcome({ endpoint: 'b/m', at: NOW + 9 }))
    expect(book.endpoints()).toEqual([
      { endpoint: 'a/m', classes: [CLASS, 'embedding.lt1k.plain'], lastAt: NOW + 5 },
      { endpoint: 'b/m', classes: [CLASS], lastAt: NOW + 9 },
    ])
  })

  it('keeps at most so many cells: the most recently used', () => {
    const book = new OutcomeBook({ maxCells: 100 })
    book.record(outcome({ endpoint: 'kept/m' }))
    for (let i = 0; i < 5_000; i++) {
      book.record(outcome({ endpoint: `p/${i}` }))
      if (i % 50 === 0) book.record(outcome({ endpoint: 'kept/m' }))
      expect(book.size).toBeLessThanOrEqual(100)
    }
    expect(book.window('kept/m', CLASS, 86_400, NOW).requests).toBe(101)
    expect(book.window('p/4999', CLASS, 86_400, NOW).requests).toBe(1)
    expect(book.window('p/0', undefined, 86_400, NOW).requests).toBe(0)
    expect(book.endpoints().length).toBe(book.size)
  })

  it.each([5_000, 50])('keeps what is configured, whatever names clients invent, of %i cells', (maxCells) => {
    const book = new OutcomeBook({ maxCells })
    for (let i = 0; i < 40; i++) book.record(outcome({ endpoint: `kept/${i}` }))
    book.configure(new Set(Array.from({ length: 40 }, (_, i) => `kept/${i}`)))
    for (let i = 0; i < 3_000; i++) book.record(outcome({ endpoint: `made-up/${i}` }))
    for (let i = 0; i < 40; i++) expect(book.window(`kept/${i}`, CLASS, 86_400, NOW).requests).toBe(1)
    expect(book.window('made-up/2999', CLASS, 86_400, NOW).requests).toBe(1)
    expect(book.endpoints().length).toBeLessThanOrEqual(40 + 200)
  })

  it('holds invalid output against success only in classes that ask for structure', () => {
    const book = new OutcomeBook()
    const structured = 'chat.lt1k.structured'
    const before = book.beliefs('a/m', CLASS, NOW).success
    for (let i = 0; i < 20; i++)
      book.record(outcome({ class: structured, kind: 'provider_malformed', invalidOutput: true }))
    const rate = ({ a, b }: { a: number; b: number }) => a / (a + b)
    expect(rate(book.beliefs('a/m', structured, NOW).success)).toBeLessThan(0.4)
    expect(rate(book.beliefs('a/m', CLASS, NOW).success)).toBeGreaterThanOrEqual(rate(before))
    expect(book.window('a/m', undefined, 300, NOW).kinds).toEqual({ provider_malformed: 20 })
  })

  it('keeps nothing of a name that is not configured until it has answered', () => {
    const book = new OutcomeBook()
    book.configure(new Set(['a/m']))
    book.record(fault({ endpoint: 'made-up/m' }))
    expect(book.endpoints()).toEqual([])
    book.record(outcome({ endpoint: 'made-up/m' }))
    book.record(fault({ endpoint: 'made-up/m' }))
    expect(book.window('made-up/m', CLASS, 86_400, NOW).requests).toBe(2)
  })

  it('drops, in time, what nothing is left of', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    book.prune(NOW + 7 * 86_400_000)
    expect(book.size).toBe(1)
    book.prune(NOW + 60 * 86_400_000)
    expect(book.size).toBe(0)
    expect(book.endpoints()).toEqual([])
  })

  it('tells with its revision whether there is something to save', () => {
    const book = new OutcomeBook()
    const { revision } = book
    book.window('a/m', undefined, 30, NOW)
    book.snapshot(NOW)
    expect(book.revision).toBe(revision)
    book.record(outcome())
    expect(book.revision).not.toBe(revision)
  })
})

describe('a snapshot', () => {
  it('restores windows and beliefs, and goes on counting', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 300; i++)
      book.record(outcome({ at: NOW - 300_000 + i * 1000, ttftMs: 100 + i * 10, totalMs: 9_000 }))
    book.record(fault())
    const restored = new OutcomeBook()
    expect(restored.restore(copy(book))).toBe(0)
    for (const each of [book, restored]) each.record(outcome({ at: NOW + 1 }))
    for (const seconds of [30, 300, 1800, 86_400] as const) {
      const { costUsd, ...window } = restored.window('a/m', undefined, seconds, NOW + 2)
      const { costUsd: cost, ...expected } = book.window('a/m', undefined, seconds, NOW + 2)
      expect(window).toEqual(expected)
      expect(costUsd).toBeCloseTo(cost, 8)
    }
    const before = book.beliefs('a/m', CLASS, NOW + 2)
    const after = restored.beliefs('a/m', CLASS, NOW + 2)
    expect(after.ttft.mean).toBeCloseTo(before.ttft.mean, 5)
    expect(after.ttft.sd).toBeCloseTo(before.ttft.sd, 4)
    expect(after.success.b).toBeCloseTo(before.success.b, 5)
    expect(restored.beliefs('new/m', CLASS, NOW).ttft.mean).toBeCloseTo(book.beliefs('new/m', CLASS, NOW).ttft.mean, 5)
  })

  it('keeps the order of use', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 10; i++) book.record(outcome({ endpoint: `p/${i}` }))
    const small = new OutcomeBook({ maxCells: 3 })
    small.restore(copy(book))
    expect(small.endpoints().map(({ endpoint }) => endpoint)).toEqual(['p/7', 'p/8', 'p/9'])
  })

  it('of 5,000 busy cells stays under 10 MB, and their memory under 60 MB', () => {
    // Twice: what only finalizers let go of is collected the second time.
    const used = () => {
      collectGarbage()
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    filled(50, 3)
    const before = used()
    const book = filled(5_000, 30)
    expect(book.size).toBe(5_000)
    expect(used() - before).toBeLessThan(60e6)
    const text = JSON.stringify(book.snapshot(NOW))
    expect(text.length).toBeLessThan(10e6)
    // However much is saved beside them.
    for (let i = 0; i < 10_000; i++) {
      const attempts = [{ endpoint: `provider/${i}`.padEnd(200, '-'), kind: 'ok' as const, startMs: 0, totalMs: 1 }]
      book.usage.take({ client: 'c', model: 'm', operation: 'chat', time: NOW, attempts })
    }
    expect(JSON.stringify(book.snapshot(NOW)).length).toBeLessThan(10e6)
    const restored = new OutcomeBook()
    expect(restored.restore(JSON.parse(text))).toBe(0)
    expect(restored.size).toBe(5_000)
    // The most recently used come back whole, and the long memory of all.
    expect(restored.window('provider-19/model-624', 'chat.lt7k.plain', 86_400, NOW).requests).toBe(30)
    expect(restored.beliefs('provider-0/model-0', 'chat.lt0k.plain', NOW).ttft.from).toBe('cell')
  })

  it('beyond its budget keeps the windows of the most recently used cells, and the long memory of all', () => {
    const table = new CellTable(100)
    for (let i = 0; i < 100; i++) {
      const { cells, cell } = table.use(`p/${i}`, CLASS)
      for (const each of [cell, cells.all]) each.learn(NOW, sampleOf(outcome())!)
    }
    const whole = JSON.stringify(encodeBook(table, new Map(), NOW)).length
    const state = encodeBook(table, new Map(), NOW, { beside: 1_000, max: whole })
    expect(JSON.stringify(state).length).toBeLessThanOrEqual(whole - 1_000)
    const restored = new OutcomeBook()
    expect(restored.restore(state)).toBe(0)
    expect(restored.size).toBe(100)
    const windows = Array.from({ length: 100 }, (_, i) => restored.window(`p/${i}`, CLASS, 86_400, NOW).requests)
    expect(windows.at(-1)).toBe(1)
    expect(windows[0]).toBe(0)
    expect(windows).toEqual([...windows].sort())
    expect(restored.beliefs('p/0', CLASS, NOW).ttft).toMatchObject({ from: 'cell', n: 1 })
  })

  it('counts bytes, of which other letters take several', () => {
    const table = new CellTable(100)
    for (let i = 0; i < 100; i++) table.use(`p/模型${i}`, CLASS).cell.learn(NOW, sampleOf(outcome())!)
    const whole = JSON.stringify(encodeBook(table, new Map(), NOW)).length
    const state = encodeBook(table, new Map(), NOW, { max: whole })
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThanOrEqual(whole)
  })

  it('does not grow with outcomes that come late', () => {
    const size = (late: number) => {
      const book = new OutcomeBook()
      book.record(outcome())
      for (let i = 0; i < late; i++) book.record(outcome({ at: NOW - 10_000 }), NOW)
      return JSON.stringify(book.snapshot(NOW)).length
    }
    expect(size(1_000)).toBeLessThan(size(10) + 100)
  })

  it('of a newer format is refused', () => {
    const state = { ...copy(new OutcomeBook()), version: 2 }
    expect(() => new OutcomeBook().restore(state)).toThrow(RouterError)
    expect(() => new OutcomeBook().restore(state)).toThrow(/format 2/)
  })

  it('that was damaged loses only its damaged parts', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    book.record(outcome({ endpoint: 'b/m' }))
    const state = copy(book)
    state.cells[0][2] = ['x', Number.NaN]
    state.cells[0][3] = ['999999999999999:AAAAA %%:: 12', 7, null, '1:zzzzzzzzz']
    state.cells.push(null, [99, CLASS], [0, 7])
    state.endpoints[1][2] = { not: 'rings' }
    const restored = new OutcomeBook()
    expect(restored.restore(state)).toBe(3)
    expect(restored.size).toBe(2)
    expect(restored.window('a/m', CLASS, 86_400, NOW).requests).toBe(1)
    for (const junk of [
      {},
      { version: 1 },
      { version: 1, time: 'now' },
      { version: 1, time: 5, cells: 7, classes: [[1, 2]] },
    ]) {
      const empty = new OutcomeBook()
      empty.restore(junk)
      empty.record(outcome())
      expect(empty.window('a/m', CLASS, 30, NOW).requests).toBe(1)
    }
  })
})
