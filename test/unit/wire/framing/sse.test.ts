import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../../src/base/byte-budget.ts'
import { encodeEvent, SseParser } from '../../../../src/wire/framing/sse.ts'
import type { SseEvent } from '../../../../src/wire/framing/sse-event.ts'
import { runs } from '../../../helpers/properties.ts'

interface Seen {
  event: string | undefined
  data: string
}

function read(chunks: Buffer[], parser = new SseParser()): { events: Seen[]; bytes: Buffer } {
  const events: Seen[] = []
  const bytes: Buffer[] = []
  const see = ({ event, data, raw }: SseEvent) => {
    if (data !== undefined) events.push({ event, data })
    bytes.push(raw)
  }
  for (const chunk of chunks) for (const event of parser.push(chunk)) see(event)
  const last = parser.end()
  if (last) see(last)
  return { events, bytes: Buffer.concat(bytes) }
}

const parse = (text: string): Seen[] => read([Buffer.from(text)]).events

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const borders = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((border, i) => bytes.subarray(borders[i], border))
}

describe('SseParser', () => {
  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n'],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n'],
    ['carriage returns', 'data: a\r\rdata: b\r\r'],
    ['a mixture', 'data: a\r\n\ndata: b\n\r\n'],
    ['another mixture', 'data: a\n\rdata: b\r\n\r'],
    ['many blank lines', '\n\n\ndata: a\n\n\n\n\r\n\r\ndata: b\n\n\n'],
    ['a byte order mark', '\ufeffdata: a\n\ndata: b\n\n'],
    ['no space, comments and other fields', ':x\n\nid: 1\nretry: 5\ndata:a\n\n: ping\ndata: b\nid: 2\n\n'],
    ['a missing last blank line', 'data: a\n\ndata: b'],
  ])('reads %s', (_, text) => {
    expect(parse(text)).toEqual([
      { event: undefined, data: 'a' },
      { event: undefined, data: 'b' },
    ])
  })

  it('joins data lines, takes the last event name and one space off', () => {
    expect(parse('event: x\nevent: y\ndata:  a\ndata\ndata:\ndata: b\n\n')).toEqual([{ event: 'y', data: ' a\n\n\nb' }])
  })

  it('gives the same objects again, for who deals with them as they come', () => {
    const parser = new SseParser({}, true)
    const seen: (string | undefined)[] = []
    const objects = new Set<object>()
    for (const chunk of ['data: a\n\n', 'event: x\ndata: b\n\ndata: c\nda', 'ta: d\n\ndata: e\n\n', 'data: f\n\n'])
      for (const event of parser.push(Buffer.from(chunk))) {
        seen.push(`${event.event} ${event.data}`)
        objects.add(event)
      }
    expect(seen).toEqual(['undefined a', 'x b', 'undefined c\nd', 'undefined e', 'undefined f'])
    // Of six events one came in two chunks.
    expect(objects.size).toBe(3)
  })

  it('ignores fields that only begin like data and event', () => {
    expect(parse('database: 1\nevents: 2\ndat: 3\n\n')).toEqual([])
  })

  it('gives data as a range of the chunk, so that nothing has to be decoded', () => {
    const chunk = Buffer.from('event: e\ndata: {"a":1}\n\n')
    const [event] = new SseParser().push(chunk)
    expect(event?.buffer).toBe(chunk)
    expect(chunk.toString('utf8', event?.dataStart, event?.dataEnd)).toBe('{"a":1}')
  })

  it('gives the same events and the same bytes for any chunking', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'data: x',
        'data',
        'event: e',
        ': c',
        'id: 1',
        '',
        '',
        'data: {"a":"é漢😀"}',
        'retry: 1',
        '\ufeff',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    )
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n')), { maxLength: 20 })
      .map((lines) => lines.map((pair) => pair.join('')).join(''))
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 30 }), (stream, places) => {
        const bytes = Buffer.from(stream)
        const whole = read([bytes])
        const cutUp = read(cut(bytes, places))
        const single = read([...bytes].map((byte) => Buffer.of(byte)))
        const reused = read(cut(bytes, places), new SseParser({}, true))
        expect(cutUp.events).toEqual(whole.events)
        expect(reused.events).toEqual(whole.events)
        expect(single.events).toEqual(whole.events)
        for (const result of [whole, cutUp, reused, single]) expect(result.bytes.equals(bytes)).toBe(true)
      }),
      { numRuns: runs(2000) },
    )
  })

  it('agrees with a plain reading of the standard', () => {
    const line = fc.constantFrom('data: x', 'data:y', 'data', 'event: e', ': c', '', 'data: {"a":"é"}', 'foo: bar')
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
    fc.assert(
      fc.property(text, (lines) => {
        const stream = `${lines.map((pair) => pair.join('')).join('')}\n\n`
        const expected: Seen[] = []
        let data: string[] = []
        let event: string | undefined
        for (const text of stream.split(/\r\n|\r|\n/)) {
          if (text === '') {
            if (data.length > 0) expected.push({ event, data: data.join('\n') })
            data = []
            event = undefined
          }
          const [, name, value] = /^([^:]*)(?:: ?(.*))?$/.exec(text) ?? []
          if (name === 'data') data.push(value ?? '')
          if (name === 'event') event = value ?? ''
        }
        expect(parse(stream)).toEqual(expected)
      }),
      { numRuns: runs(1000) },
    )
  })

  it('refuses an event above the limit, in one chunk or in many', () => {
    const parser = new SseParser({ maxEventBytes: 100 })
    expect(parser.push(Buffer.from('data: ok\n\n'))).toHaveLength(1)
    expect(parser.push(Buffer.from(`data: ${'x'.repeat(200)}\n\ndata: later\n\n`))).toEqual([])
    expect(parser.overflow).toBe('event')
    expect(parser.push(Buffer.from('data: ok\n\n'))).toEqual([])
    expect(parser.end()).toBeUndefined()
  })

  it('stops holding a 10 MB line at the limit and is linear in small chunks', () => {
    const parser = new SseParser({ maxEventBytes: 1024 * 1024 })
    const piece = Buffer.alloc(64, 'x')
    let pushed = 0
    while (!parser.overflow && pushed < 10 * 1024 * 1024) {
      expect(parser.push(piece)).toEqual([])
      pushed += piece.length
    }
    expect(pushed).toBeLessThanOrEqual(parser.maxEventBytes + piece.length)
  })

  it('takes an event of 60 MB, in chunks', () => {
    const budget = new ByteBudget(64 * 1024 * 1024)
    const parser = new SseParser({ budget })
    const piece = Buffer.alloc(64 * 1024, 'x')
    parser.push(Buffer.from('data: '))
    for (let i = 0; i < 960; i++) expect(parser.push(piece)).toEqual([])
    expect(budget.used).toBeGreaterThan(60 * 1024 * 1024)
    const [event] = parser.push(Buffer.from('\n\n'))
    expect([event?.dataStart, event?.dataEnd]).toEqual([6, 6 + 960 * 64 * 1024])
    expect(budget.used).toBe(0)
  })

  it('shares what may be held with others, and gives it back', () => {
    const budget = new ByteBudget(1000)
    const half = Buffer.from(`data: ${'x'.repeat(600)}`)
    const first = new SseParser({ budget })
    const second = new SseParser({ budget })
    expect(first.push(half)).toEqual([])
    expect(second.push(half)).toEqual([])
    expect([first.overflow, second.overflow]).toEqual([undefined, 'budget'])
    first.close()
    first.close()
    expect(budget.used).toBe(0)
    const third = new SseParser({ budget })
    third.push(half)
    expect(third.end()?.data).toHaveLength(600)
    expect(budget.used).toBe(0)
  })

  it('gives back all it took, whatever comes and wherever it ends', () => {
    const piece = fc.constantFrom('data: x', 'x'.repeat(30), '\n', '\r', '\r\n', '\n\n')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.nat(120),
        fc.nat(200),
        fc.boolean(),
        (pieces, limit, left, ends) => {
          const budget = new ByteBudget(left)
          const parser = new SseParser({ maxEventBytes: limit + 1, budget })
          for (const text of pieces) parser.push(Buffer.from(text))
          expect(budget.used).toBeLessThanOrEqual(left)
          if (ends) parser.end()
          else parser.close()
          expect(budget.used).toBe(0)
        },
      ),
      { numRuns: runs(1000) },
    )
  })
})

describe('encodeEvent', () => {
  it('is read back, whatever the data', () => {
    fc.assert(
      fc.property(
        fc.option(fc.stringMatching(/^[a-z._]{1,20}$/), { nil: undefined }),
        fc.string({ unit: 'binary' }),
        (event, data) => {
          const [seen] = parse(encodeEvent(event, data).toString())
          expect(seen).toEqual({ event, data: Buffer.from(data.replace(/\r\n|\r/g, '\n')).toString() })
        },
      ),
    )
  })
})
