import { expect, test } from 'vitest'
import type { ProbeResult } from '../../../../src/federation/protocol/types.ts'
import { evidenceOf } from '../../../../src/hub/probes/evidence.ts'
import { bytesOf, fitProbes } from '../../../../src/hub/probes/fit-probes.ts'
import { type ProbedCell, probeCells } from '../../../../src/hub/probes/probe-cells.ts'
import {
  addResult,
  decodeProbeSums,
  emptyProbeSums,
  encodeProbeSums,
  type ProbeSums,
} from '../../../../src/hub/probes/probe-sums.ts'

const NOW = 1_800_000_000
const HOUR = 3_600
const result = (fields: Partial<ProbeResult> = {}): ProbeResult => ({
  provider: 'groq',
  model: 'a/b',
  region: '-',
  class: 'chat.lt1k.plain',
  time: NOW,
  stream: true,
  kind: 'ok',
  ttft: 400,
  total: 900,
  speed: 100,
  price: 0.5,
  ...fields,
})
const sumsOf = (results: readonly ProbeResult[]): ProbeSums => {
  const sums = emptyProbeSums(results[0]!.time)
  for (const each of results) addResult(sums, each)
  return sums
}
const probed = (results: readonly ProbeResult[], fields: Partial<ProbedCell> = {}): ProbedCell => ({
  provider: 'groq',
  model: 'a/b',
  region: '-',
  class: 'chat.lt1k.plain',
  continent: 'EU',
  sums: sumsOf(results),
  ...fields,
})

test('a request is a figure at once, from the first hour on', () => {
  expect(probeCells([probed([result()])], NOW)).toEqual([
    {
      provider: 'groq',
      model: 'a/b',
      region: '-',
      source: 'probe',
      continent: 'EU',
      class: 'chat.lt1k.plain',
      n: 1,
      time: NOW,
      ttft: { n: 1, mean: 5.991, var: 0.25 },
      total: { n: 1, mean: 6.802, var: 0.25 },
      speed: { n: 1, mean: 4.605, var: 0.25 },
      success: { a: 1, b: 0 },
      quantiles: { ttft: [400, 910], total: [900, 2050], speed: [100, 228] },
      price: 0.5,
    },
  ])
})

test('what is older counts less, whatever the order in which it came', () => {
  const [old, young] = [result({ time: NOW - 6 * HOUR, ttft: 100 }), result({ ttft: 1_000 })]
  const [forwards, backwards] = [
    [old, young],
    [young, old],
  ].map((results) => probeCells([probed(results)], NOW)[0]!)
  expect(forwards).toEqual(backwards)
  expect(forwards!.n).toBe(1.5)
  expect(forwards!.ttft!.mean).toBeCloseTo((Math.log(1_000) + Math.log(100) / 2) / 1.5, 2)
})

test('faults count against success; rate limits and refusals do not', () => {
  const kinds = ['ok', 'provider_error', 'provider_timeout_connect', 'provider_rate_limited', 'policy_refused'] as const
  const [cell] = probeCells([probed(kinds.map((kind, at) => result({ kind, time: NOW + 1_800 * at })))], NOW)
  const { a, b } = cell!.success!
  expect([b / a > 2, b / a < 2.3, cell!.n > 4]).toEqual([true, true, true])
})

test('an outage that is looked at every other minute counts for its time', () => {
  const outage = Array.from({ length: 15 }, (_, at) => result({ kind: 'provider_error', time: NOW + 120 * at }))
  const [cell] = probeCells([probed([result({ time: NOW - 1_800 }), ...outage])], NOW)
  expect(cell!.success!.b).toBeCloseTo(1.9, 1)
})

test('probers of one continent are one cell, those of others their own; what is silent for a day is gone', () => {
  const cells = probeCells(
    [
      probed([result({ ttft: 400 })]),
      probed([result({ ttft: 100 })]),
      probed([result()], { continent: 'NA' }),
      probed([result({ time: NOW - 25 * HOUR })], { continent: 'AS' }),
    ],
    NOW,
  )
  expect(cells.map(({ continent, n }) => [continent, n])).toEqual([
    ['EU', 2],
    ['NA', 1],
  ])
  expect(Math.exp(cells[0]!.ttft!.mean)).toBeCloseTo(200, 0)
})

test('what is stored is what was', () => {
  const sums = sumsOf([result(), result({ kind: 'provider_error', time: NOW + 60 })])
  expect(decodeProbeSums(encodeProbeSums(sums), sums.time)).toEqual(sums)
})

test('without room those measured last stay', () => {
  const cells = probeCells(
    [0, 1, 2].map((age) => probed([result({ time: NOW - age * HOUR })], { model: `a/b${age}` })),
    NOW,
  )
  const room = bytesOf(cells) - 1
  expect(fitProbes(cells, room).map(({ model }) => model)).toEqual(['a/b0', 'a/b1'])
  expect(fitProbes(cells, room + 1)).toEqual(cells)
})

test('evidence: twice in a row for most of those who asked', () => {
  const state = (failures: number, time = NOW) => ({ failures, time })
  expect(evidenceOf([])).toBeUndefined()
  expect(evidenceOf([state(1)])).toBeUndefined()
  expect(evidenceOf([state(2)])).toEqual({ state: 'failing', at: NOW })
  expect(evidenceOf([state(0)])).toEqual({ state: 'back', at: NOW })
  // One that fails and one that does not: the network of one of them.
  expect(evidenceOf([state(3), state(0, NOW - 1)])).toBeUndefined()
  expect(evidenceOf([state(3), state(0), state(2)])?.state).toBe('failing')
})
