import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toRecord } from '../../../../src/outcomes/log/finished-request.ts'
import { LineRing } from '../../../../src/outcomes/log/line-ring.ts'
import { LineWriter } from '../../../../src/outcomes/log/line-writer.ts'
import { CandidateText, lineToRecord, recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import {
  type CandidateRecord,
  type Fields,
  OUTCOME_KINDS,
  RECORD_FIELDS,
  type RequestRecord,
  recordToRow,
  rowToRecord,
} from '../../../../src/plugins/api.ts'
import { finished, record } from '../records.ts'

const LISTS = new Set(['models', 'candidates', 'excluded', 'attempts'])
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.boolean(),
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 300 }),
)

function objects(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  const model = fields.map(({ code, inner }) => {
    const each: fc.Arbitrary<unknown> = inner ? objects(inner) : value
    const made: fc.Arbitrary<unknown> = LISTS.has(code) ? fc.array<unknown>(each, { maxLength: 4 }) : each
    return [code, made] as const
  })
  const required = fields.filter(({ code }) => LISTS.has(code)).map(({ code }) => code)
  return fc.record(Object.fromEntries(model), { requiredKeys: required })
}

const records = fc
  .tuple(objects(RECORD_FIELDS), fc.string(), fc.integer(), fc.constantFrom(...OUTCOME_KINDS))
  .map(([row, id, time, kind]) => ({ ...row, id, time, model: 'm', kind }) as unknown as RequestRecord)

/** Numbers as the log keeps them: nine digits behind the point, or nine significant ones. */
function almost(one: unknown, other: unknown): void {
  if (typeof one === 'number' && typeof other === 'number') {
    const precision = Math.max(1, Math.abs(one)) * Number.EPSILON + Math.min(1, Math.abs(one)) * 5.001e-9
    expect(Math.abs(one - other)).toBeLessThanOrEqual(precision)
  } else if (typeof one === 'object' && one !== null) {
    expect(Object.keys(other as object)).toEqual(Object.keys(one))
    for (const [key, member] of Object.entries(one)) almost(member, (other as Record<string, unknown>)[key])
  } else expect(other).toBe(one)
}

/** As the engine makes them: each has an endpoint, and what is in flight is a number, or left out. */
const planned = fc.tuple(records, fc.nat({ max: 3 })).map(([each, inFlight]) => ({
  ...each,
  candidates: each.candidates.map(({ inFlight: _, ...candidate }) => ({
    ...candidate,
    endpoint: 'a/m',
    ...(inFlight > 0 && { inFlight }),
  })),
}))

describe('a record', () => {
  test('is written as JSON.stringify would write its row, but for digits', () => {
    fc.assert(
      fc.property(records, (each) =>
        almost(JSON.parse(JSON.stringify(recordToRow(each))), JSON.parse(recordToLine(each))),
      ),
    )
  })

  test('is read from its line as it was', () => {
    fc.assert(
      fc.property(records, (each) => {
        const read = lineToRecord(recordToLine(each))
        almost(rowToRecord(recordToRow(each)), read)
        expect(recordToLine(read!)).toBe(recordToLine(each))
      }),
    )
  })

  test('has the same line whatever buffers it is written into, and with candidates copied', () => {
    fc.assert(
      fc.property(fc.array(planned, { maxLength: 5 }), fc.integer({ min: 1, max: 2000 }), (all, segmentBytes) => {
        const ring = new LineRing({ segmentBytes, ringBytes: 1e9 })
        const places = all.map((each, i) => ring.add(i % 2 === 0 ? each : finished(each)))
        expect(places.map((place) => ring.lineAt(place))).toEqual(all.map(recordToLine))
      }),
    )
  })

  test('is given to observers as it is, without what is absent', () => {
    fc.assert(
      fc.property(records, (each) => {
        expect(toRecord(finished(each))).toEqual(each)
      }),
    )
    const request = { ...finished(record()), delivered: undefined, client: undefined }
    expect(Object.keys(toRecord(request))).not.toContain('client')
  })

  test('with something in it that no field should hold is written all the same', () => {
    const candidate = { ...record().candidates[0]!, score: null, why: { deep: ['x', 1.25] }, cap: Number.NaN }
    const odd = record({ candidates: [candidate as never] })
    expect(JSON.parse(recordToLine(odd))).toMatchObject({
      candidates: [{ score: null, why: { deep: ['x', 1.25] }, cap: null }],
    })
  })
})

describe('a number', () => {
  const written = (number: number) => {
    const writer = new LineWriter((bytes) => Buffer.alloc(bytes + 10))
    writer.number(number)
    return writer.text()
  }

  test.each([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [-42, '-42'],
    [1_772_366_400_123, '1772366400123'],
    [2 ** 31, '2147483648'],
    [999_999_999_999_999, '999999999999999'],
    [1e15, '1000000000000000'],
    [1e21, '1e+21'],
    [0.5, '0.5'],
    [-12.25, '-12.25'],
    [0.1 + 0.2, '0.3'],
    [1 / 3, '0.333333333'],
    [100 / 3, '33.333333333'],
    [1.99999999999, '2'],
    [0.999999999999, '1'],
    [0.0999999999999, '0.1'],
    [0.00123456789012, '0.00123456789'],
    [0.000001, '0.000001'],
    [9.87654321e-7, '9.87654321e-7'],
    [Number.NaN, 'null'],
    [Number.POSITIVE_INFINITY, 'null'],
  ])('%d is %s', (number, text) => expect(written(number)).toBe(text))
})

test('a candidate that is ranked anew has the text of its record, by its new rank and load', () => {
  const candidate = { endpoint: 'a/m', model: 'm', ttftMs: 12.5, weight: 2, detectMs: 2000, validA: 4 }
  const ranks = [
    { score: 1, propensity: 0.25, why: 'first', stall: undefined, cap: undefined },
    { score: 0.5, propensity: 1, why: 'then "slower"', stall: 1.2, cap: 7 },
  ]
  const text = new CandidateText()
  const whole = { record: { ...candidate, ...ranks[0]! } as unknown as CandidateRecord }
  for (const rank of ranks) {
    const { candidates } = lineToRecord(recordToLine(record({ candidates: [{ ...candidate, ...rank } as never] })))!
    const json = `${Buffer.from(text.json(rank, whole)).toString()}}`
    expect(recordToLine(record({ candidates: [...candidates] }))).toContain(json)
  }
})
