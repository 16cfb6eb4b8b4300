import { expect, test } from 'vitest'
import { LIARS } from '../../../../benchmarks/federation/liars.ts'
import { movements, poisonedMap } from '../../../../benchmarks/federation/poisoned-map.ts'
import type { MapCell } from '../../../../src/federation/protocol/types.ts'
import { nodeKey } from '../../../../src/hub/aggregate/levels.ts'
import { FACETS } from '../../../../src/hub/aggregate/sums.ts'
import type { ProbedCell } from '../../../../src/hub/probes/probe-cells.ts'
import { addResult, emptyProbeSums } from '../../../../src/hub/probes/probe-sums.ts'
import { truthOf } from '../../../../src/hub/probes/truth.ts'

const NOW = 1_800_000_000
const TTFT = FACETS.indexOf('ttft')
const where = { provider: 'groq', model: 'a/b', region: '-', class: 'chat.lt1k.plain', continent: 'EU' }

function probed(count: number, fields: Partial<typeof where> = {}): ProbedCell {
  const cell = { ...where, ...fields }
  const sums = emptyProbeSums(NOW)
  for (let at = 0; at < count; at++) addResult(sums, { ...cell, time: NOW, stream: true, kind: 'ok', ttft: 400 })
  return { ...cell, sums }
}

test('members are held against what was measured where they are, more loosely against what was elsewhere', () => {
  const path = [nodeKey(where, 0), nodeKey(where, 1)]
  const near = truthOf([probed(10)]).location(TTFT, path)!
  const far = truthOf([probed(10, { continent: 'NA' })]).location(TTFT, path)!
  expect(near.center).toBeCloseTo(Math.log(400))
  expect(far.scale).toBeGreaterThan(near.scale)
  expect(truthOf([probed(2)]).location(TTFT, path)).toBeUndefined()
  expect(truthOf([probed(10)]).location(FACETS.indexOf('price'), path)).toBeUndefined()
})

test('a figure is anchored when at least half of what it is made of was measured', () => {
  const truth = truthOf([probed(10)])
  const [leaf, other] = [nodeKey(where, 0), nodeKey({ ...where, continent: 'AS' }, 0)]
  const node = nodeKey(where, 1)
  expect(truth.anchor(TTFT, node, [leaf])?.mean).toBeCloseTo(Math.log(400))
  expect(truth.anchor(TTFT, node, [leaf, other])).toBeDefined()
  expect(truth.anchor(TTFT, node, [leaf, other, `${other}x`])).toBeUndefined()
  expect(truth.anchor(TTFT, '', [leaf])).toBeUndefined()
})

const ofEndpoints = (cells: readonly MapCell[]) => cells.filter(({ model }) => model)

test.each(['+0.5 sd', '+1 sd', '+2 sd', '-2 sd', 'x 2', 'variances 4', 'every liar another way'])(
  'a quarter of liars and 40 % of Sybils, %s: no figure of a probed endpoint moves by more than 10 %',
  (liar) => {
    const run = { seed: 1, members: 20, share: 0.25, spread: { tau: 0.25, sigma: 0.5 }, epochs: 2, probes: true }
    const honest = ofEndpoints(poisonedMap({ ...run, liar: undefined }).cells)
    const poisoned = ofEndpoints(poisonedMap({ ...run, liar: LIARS[liar]!, sybils: 0.4 }).cells)
    for (const [kind, moves] of movements(honest, poisoned))
      if (/\.(median|p50|p95|p)$/.test(kind)) expect(Math.max(...moves), kind).toBeLessThanOrEqual(0.1)
  },
)
