/** Any split of the deltas gives the same calls, in the dialect of each server. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { runs } from '../../../helpers/properties.ts'
import { callDelta, callsOf, type Entry, entry, fold } from './support.ts'

const RUNS = { numRuns: runs(2000) }

interface Call {
  readonly name: string
  readonly text: string
}

/** How a server says the `piece`-th piece of the `at`-th call. */
type Dialect = (at: number, piece: number, name: string, text: string) => Entry

const first = <T>(piece: number, value: T): T | undefined => (piece === 0 ? value : undefined)

/** Told one call after the other. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  openai: (at, piece, name, text) => entry(at, first(piece, `id${at}`), first(piece, name), text),
  'index 0': (at, piece, name, text) => entry(0, first(piece, `id${at}`), first(piece, name), text),
  'index 0, id in each delta': (at, piece, name, text) => entry(0, `id${at}`, first(piece, name), text),
  'index 0, empty ids later': (at, piece, name, text) =>
    entry(0, piece === 0 ? `id${at}` : '', first(piece, name), text),
  'index 0, no ids': (_, piece, name, text) => entry(0, '', first(piece, name), text),
  'no index': (at, piece, name, text) => entry(undefined, first(piece, `id${at}`), first(piece, name), text),
  'no index, no ids': (_, piece, name, text) => entry(undefined, undefined, first(piece, name), text),
  'index as text': (at, piece, name, text) => entry(String(at), first(piece, `id${at}`), first(piece, name), text),
  'id and name in each delta': (at, _, name, text) => entry(at, `id${at}`, name, text),
  'an id for each delta': (at, piece, name, text) => entry(0, `id${at}_${piece}`, first(piece, name), text),
  'arguments one index lower': (at, piece, name, text) =>
    entry(piece === 0 ? at + 1 : at, first(piece, `id${at}`), first(piece, name), text),
  'arguments at index 0': (at, piece, name, text) =>
    entry(piece === 0 ? at : 0, first(piece, `id${at}`), first(piece, name), text),
  'one id for all': (at, piece, name, text) => entry(at, 'id', first(piece, `${name}${at}`), text),
}

const args = fc
  .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((value) => JSON.stringify(value))
const call: fc.Arbitrary<Call> = fc.record({ name: fc.constantFrom('f', 'g', 'h'), text: args })
const calls = fc.array(call, { minLength: 1, maxLength: 4 })
const places = fc.array(fc.array(fc.nat(60), { maxLength: 4 }), { minLength: 4, maxLength: 4 })
/** Whether neighbouring deltas go into one chunk. */
const joins = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 })

function pieces(text: string, cuts: readonly number[]): string[] {
  const borders = [0, ...cuts.map((at) => at % (text.length + 1)).sort((a, b) => a - b), text.length]
  return borders.slice(1).map((border, i) => text.slice(borders[i], border))
}

it.each(Object.entries(DIALECTS))('%s', (dialect, say) => {
  fc.assert(
    fc.property(calls, places, joins, (given, cuts, joined) => {
      const entries = given.flatMap(({ name, text }, at) =>
        pieces(text, cuts[at]!).map((piece, i) => say(at, i, name, piece)),
      )
      const chunks: Entry[][] = []
      for (const [i, one] of entries.entries()) {
        // Without an index, the places in a chunk tell entries apart: those of one call never share one.
        if (i > 0 && joined[i] && one.index !== undefined) chunks.at(-1)!.push(one)
        else chunks.push([one])
      }
      const wanted = given.map(({ name, text }, at) => [dialect === 'one id for all' ? `${name}${at}` : name, text])
      expect(callDelta(chunks)).toEqual(wanted)
    }),
    RUNS,
  )
})

it('calls at their own indices may alternate', () => {
  fc.assert(
    fc.property(calls, places, fc.array(fc.nat(3), { maxLength: 40 }), (given, cuts, turns) => {
      const queues = given.map(({ name, text }, at) =>
        pieces(text, cuts[at]!).map((piece, i) => entry(at, i === 0 ? `id${at}` : undefined, first(i, name), piece)),
      )
      const heads = queues.map((queue) => queue.shift()!)
      const chunks = heads.map((head) => [head])
      for (const turn of turns) {
        const next = queues[turn % queues.length]!.shift()
        if (next) chunks.push([next])
      }
      chunks.push(...queues.flat().map((rest) => [rest]))
      expect(callDelta(chunks)).toEqual(given.map(({ name, text }) => [name, text]))
    }),
    RUNS,
  )
})

it('whatever comes, calls are numbered in order and have ids of their own', () => {
  const value = fc.constantFrom<unknown>(undefined, null, '', 'a', 'b', 0, 1, '0', '1', -1, 1.5, true, {}, [])
  const text = fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    ' ',
    '{',
    '}',
    '{}',
    '{"a":1}',
    '"',
    '"{}"',
    '\\',
    'null',
    '[1',
    { a: 1 },
    7,
  )
  const inner = fc.constantFrom('function', 'custom', 'other')
  const any: fc.Arbitrary<JsonObject> = fc
    .tuple(value, value, fc.constantFrom<unknown>(undefined, null, '', 'f', 'g'), text, inner)
    .map(([index, id, name, argumentsOf, key]) => {
      const { function: called, ...rest } = entry(index, id, name, argumentsOf)
      return { ...rest, [key]: called }
    })
  fc.assert(
    fc.property(fc.array(fc.array(any, { maxLength: 3 }), { maxLength: 12 }), (chunks) => {
      const got = callsOf(chunks)
      expect(new Set(got.map(({ id }) => id)).size).toBe(got.length)
      expect(got.every(({ id, name }) => id !== '' && name !== '')).toBe(true)
    }),
    RUNS,
  )
  expect(() => fold([])).not.toThrow()
})
