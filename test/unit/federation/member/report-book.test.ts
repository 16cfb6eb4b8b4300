import { describe, expect, it } from 'vitest'
import { cellKey } from '../../../../src/federation/member/report/book-cell.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import { requestsIn } from '../../../../src/federation/member/report/tally.ts'
import { CLASS, EPOCH, HOUR, names, outcome, START, times } from '../../../helpers/member.ts'

const newBook = (now = START) => new ReportBook({ epochSeconds: 3_600, names, now })
const GPT = cellKey({ provider: 'openai', model: 'gpt-4o', region: '-' }, CLASS)
const requests = (book: ReportBook, epoch: number) =>
  [...book.cells].reduce((sum, cell) => sum + requestsIn(cell.upTo(epoch)), 0)
/** Ends an epoch as a reporter does. */
const close = (book: ReportBook, epoch: number, reported: string[] = []) => {
  book.end(epoch)
  book.close(epoch, new Set(reported))
}

describe('epochs', () => {
  it('are due once they have ended, and once', () => {
    const book = newBook()
    expect(book.due(START + HOUR - 1)).toBeUndefined()
    expect(book.due(START + HOUR)).toBe(EPOCH)
    close(book, EPOCH)
    expect(book.due(START + HOUR)).toBeUndefined()
    // After a long sleep one report speaks of all that is left.
    expect(book.due(START + 5 * HOUR)).toBe(EPOCH + 4)
  })

  it('keep what is learned while their report is being made apart', () => {
    const book = newBook()
    times(3, () => book.learn(outcome()))
    book.end(EPOCH)
    // It ended in the old epoch and is heard of late.
    book.learn(outcome({ at: START + HOUR - 1 }))
    expect(requests(book, EPOCH)).toBe(3)
    book.close(EPOCH, new Set([GPT]))
    expect(requests(book, EPOCH + 1)).toBe(1)
  })

  it('carry over what was too little for two days, half a day at a time', () => {
    const book = newBook()
    for (let hour = 0; hour < 48; hour++) {
      book.learn(outcome({ at: START + hour * HOUR }))
      expect(requests(book, EPOCH + hour)).toBe(hour + 1)
      close(book, EPOCH + hour)
    }
    expect(book.dropped).toBe(12)
    for (let hour = 48; hour < 60; hour++) close(book, EPOCH + hour)
    expect(requests(book, EPOCH + 60)).toBe(24)
    for (let hour = 60; hour < 84; hour++) close(book, EPOCH + hour)
    expect(book.dropped).toBe(48)
    expect([...book.cells]).toHaveLength(0)
  })

  it('leave out what is too old when nobody closed the last ones', () => {
    const book = newBook()
    times(5, () => book.learn(outcome({ at: START + 23 * HOUR })))
    book.learn(outcome({ at: START + 60 * HOUR }))
    expect(requests(book, EPOCH + 59)).toBe(5)
    expect(requests(book, EPOCH + 60)).toBe(1)
    close(book, EPOCH + 60)
    expect(book.dropped).toBe(5)
  })

  it('keep the noise on a threshold until its cell is reported', () => {
    const book = newBook()
    book.learn(outcome())
    const [cell] = book.cells
    const { threshold } = cell!
    for (let hour = 0; hour < 30; hour++) close(book, EPOCH + hour)
    expect(cell!.threshold).toBe(threshold)
  })

  it('begin with the one that runs: a book that was lost cannot know what was reported', () => {
    expect(newBook(START + HOUR / 2).due(START + HOUR / 2)).toBeUndefined()
    expect(newBook(START + HOUR / 2).due(START + HOUR)).toBe(EPOCH)
  })
})

describe('a clock', () => {
  it('set back by seconds over the end of an epoch repeats nothing', () => {
    const book = newBook()
    book.learn(outcome())
    close(book, EPOCH, [GPT])
    expect(book.due(START + HOUR - 2_000)).toBeUndefined()
    book.learn(outcome({ at: START + HOUR - 2_000 }))
    expect(book.due(START + HOUR + 2_000)).toBeUndefined()
    expect(book.due(START + 2 * HOUR)).toBe(EPOCH + 1)
    book.end(EPOCH + 1)
    expect(requests(book, EPOCH + 1)).toBe(1)
  })

  it('that was years ahead does not keep the book shut until then', () => {
    const book = newBook()
    const wrong = START + 20_000 * HOUR
    book.learn(outcome({ at: wrong }))
    close(book, book.due(wrong + HOUR)!)
    expect(book.due(START + HOUR)).toBeUndefined()
    times(7, () => book.learn(outcome({ at: START + HOUR + 1 })))
    const epoch = book.due(START + 2 * HOUR)
    expect(epoch).toBe(EPOCH + 1)
    expect(requests(book, epoch!)).toBeGreaterThanOrEqual(7)
  })

  it('that makes no sense is no reason to fail', () => {
    const book = newBook()
    book.learn(outcome({ at: Number.NaN }))
    book.learn(outcome({ at: -1 }))
    expect(requests(book, EPOCH)).toBe(2)
  })
})

describe('what is counted', () => {
  it('is what the endpoint did, not what callers or this router did', () => {
    const book = newBook()
    for (const kind of [
      'caller_invalid',
      'caller_cancelled',
      'router_error',
      'provider_auth',
      'provider_billing',
    ] as const)
      book.learn(outcome({ kind }))
    expect(requests(book, EPOCH)).toBe(0)
    for (const kind of ['ok', 'policy_refused', 'provider_rate_limited', 'provider_error'] as const)
      book.learn(outcome({ kind }))
    expect(requests(book, EPOCH)).toBe(4)
  })

  it('goes to one cell for all accounts and snapshots of a public endpoint', () => {
    const book = newBook()
    book.learn(outcome())
    book.learn(outcome({ endpoint: 'openai/gpt-4o-2024-11-20' }))
    expect([...book.cells]).toHaveLength(1)
  })

  it('is nothing of a private endpoint, whose requests are only shown to the operator', () => {
    const book = newBook()
    times(3, () => book.learn(outcome({ endpoint: 'corp/gpt-4o' })))
    expect([...book.cells]).toHaveLength(0)
    expect(book.withheld).toEqual([{ endpoint: 'corp/gpt-4o', reason: 'private address', requests: 3 }])
    expect(JSON.stringify(book.snapshot())).not.toContain('corp')
  })

  it('is bounded by what has a public name, whatever clients ask for', () => {
    const book = newBook()
    times(5_000, (i) => book.learn(outcome({ endpoint: `openai/${i}` })))
    expect(book.withheld.length).toBeLessThanOrEqual(2_000)
    expect([...book.cells]).toHaveLength(0)
    book.learn(outcome({ class: 'chat.huge.odd' }))
    book.learn(outcome({ kind: 'caller_invalid' }))
    expect([...book.cells]).toHaveLength(0)
  })

  it('does not depend on how many other cells wait: no request takes the place of another', () => {
    const book = newBook()
    const sizes = ['lt1k', 'lt8k', 'lt64k', 'more'].flatMap((size) => [`chat.${size}.plain`, `chat.${size}.structured`])
    for (let model = 0; model < 200; model++)
      for (const size of sizes) book.learn(outcome({ endpoint: `openrouter/maker/${model}`, class: size }))
    book.learn(outcome())
    expect(requests(book, EPOCH)).toBe(1_601)
    expect(book.dropped).toBe(0)
  })
})

describe('the noise on a threshold', () => {
  const CELL = { classes: [CLASS], minor: 1, find: () => ({ ttft: 6 }) }
  const NOTHING = { classes: [], minor: 1, find: () => undefined }
  const ENDPOINT = 'openai/gpt-4o'
  /** Books of the same secrets, so that nothing differs but what they learn. */
  const twins = () => {
    const [one, other] = [newBook(), newBook()]
    other.restore(one.snapshot())
    return [one, other] as const
  }
  const thresholdOf = (book: ReportBook) => [...book.cells][0]?.threshold

  it('is the same after its cell was forgotten, whether a lone request waited in it or not', () => {
    const [empty, lone] = twins()
    for (const book of [empty, lone]) book.know(CELL, [ENDPOINT])
    const before = thresholdOf(empty)
    lone.learn(outcome())
    for (const book of [empty, lone]) book.know(NOTHING, [ENDPOINT])
    expect([...empty.cells]).toHaveLength(0)
    for (const book of [empty, lone]) book.know(CELL, [ENDPOINT])
    expect([before, thresholdOf(empty), thresholdOf(lone)]).toEqual([before, before, before])
  })

  it('is the same for requests that wait long after others, whether one between them kept the cell or not', () => {
    const [apart, bridged] = twins()
    for (const [book, hours] of [
      [apart, [0, 100]],
      [bridged, [0, 40, 100]],
    ] as const)
      for (let hour = 0; hour <= 100; hour++) {
        if (hours.some((each) => each === hour)) book.learn(outcome({ at: START + hour * HOUR }))
        if (hour < 100) close(book, EPOCH + hour)
      }
    expect(requests(apart, EPOCH + 100)).toBe(1)
    expect(thresholdOf(apart)).toBe(thresholdOf(bridged))
  })

  it('outlives a restart, and is another one for each cell and after each report', () => {
    const [book] = twins()
    const thresholds = new Set<string>()
    for (let round = 0; round < 8; round++) {
      times(20, (i) => book.learn(outcome({ endpoint: `openrouter/maker/${i}`, at: START + round * HOUR })))
      const all = [...book.cells].map(({ threshold }) => threshold).join()
      thresholds.add(all)
      const again = newBook()
      expect(again.restore(JSON.parse(JSON.stringify(book.snapshot())))).toBe(true)
      expect([...again.cells].map(({ threshold }) => threshold).join()).toBe(all)
      const keys = [...book.cells].map((cell) => cellKey(cell.endpoint, cell.class))
      close(book, EPOCH + round, keys)
    }
    expect(thresholds.size).toBe(8)
  })
})

describe('what is public', () => {
  const classes = ['lt1k', 'lt8k', 'lt64k', 'more'].flatMap((size) => [`chat.${size}.plain`, `chat.${size}.structured`])
  const publicOf = (known: boolean) => ({ classes, minor: 0, find: () => (known ? { ttft: 6 } : undefined) })
  const endpoints = Array.from({ length: 200 }, (_, i) => `openrouter/maker/${i}`)

  it('of many endpoints leaves room for the cells of others', () => {
    const book = newBook()
    book.know(publicOf(true), endpoints)
    expect([...book.cells]).toHaveLength(1_000)
    book.learn(outcome())
    expect(requests(book, EPOCH)).toBe(1)
    expect(book.dropped).toBe(0)
  })

  it('and is so no more takes no request with it', () => {
    const book = newBook()
    book.know(publicOf(true), endpoints)
    // Not counted, but the endpoint's place is found.
    book.learn(outcome({ endpoint: endpoints[0]!, kind: 'caller_invalid' }))
    book.know(publicOf(false), endpoints)
    expect([...book.cells]).toHaveLength(0)
    book.learn(outcome({ endpoint: endpoints[0]! }))
    expect(requests(book, EPOCH)).toBe(1)
  })
})

describe('a snapshot', () => {
  it('is the whole book', () => {
    const book = newBook()
    times(4, () => book.learn(outcome()))
    close(book, EPOCH)
    book.learn(outcome({ endpoint: 'groq/openai/gpt-oss-20b', at: START + HOUR }))
    const saved = JSON.parse(JSON.stringify(book.snapshot()))
    const again = newBook(START + 3 * HOUR)
    expect(again.restore(saved)).toBe(true)
    expect(again.snapshot()).toEqual(book.snapshot())
    expect(again.closed).toBe(EPOCH)
    expect(again.noiseKey).toEqual(book.noiseKey)
  })

  it('with a cell that makes no sense loses that cell', () => {
    const book = newBook()
    book.learn(outcome())
    book.learn(outcome({ endpoint: 'groq/openai/gpt-oss-20b' }))
    const saved = JSON.parse(JSON.stringify(book.snapshot()))
    saved.cells[0].current = [0, -1]
    const again = newBook()
    expect(again.restore(saved)).toBe(true)
    expect([...again.cells]).toHaveLength(1)
  })

  it.each([
    [null],
    [[]],
    ['{}'],
    [{}],
    [{ version: 2 }],
    [{ version: 3, epoch_seconds: 3_600, closed: 1, noise_key: 'A'.repeat(43), cells: [], kept: [] }],
    [{ version: 1, epoch_seconds: 3_600, closed: 1, noise_key: 'x', cells: [] }],
  ])('that is none is refused: %j', (value) => {
    const book = newBook()
    expect(book.restore(value)).toBe(false)
    expect(book.snapshot().cells).toEqual([])
  })

  it('from before thresholds were made from a secret loses what waited, and nothing else', () => {
    const book = newBook()
    book.learn(outcome())
    close(book, EPOCH)
    const { thresholds: _, ...saved } = book.snapshot()
    const again = newBook()
    expect(again.restore({ ...saved, version: 2 })).toBe(true)
    expect(again.closed).toBe(EPOCH)
    expect([...again.cells]).toHaveLength(0)
  })

  it('of epochs of another length is refused', () => {
    const other = new ReportBook({ epochSeconds: 60, names, now: START })
    expect(newBook().restore(other.snapshot())).toBe(false)
  })
})

it('draws new noise for each report, and a new threshold for a cell that begins to wait again', () => {
  const book = newBook()
  const keys = new Set<string>()
  const thresholds = new Set<number>()
  for (let hour = 0; hour < 20; hour++) {
    book.learn(outcome({ at: START + hour * HOUR }))
    keys.add(Buffer.from(book.noiseKey).toString('hex'))
    thresholds.add([...book.cells][0]!.threshold)
    close(book, EPOCH + hour, [GPT])
  }
  expect(keys.size).toBe(20)
  expect(thresholds.size).toBeGreaterThan(2)
})
