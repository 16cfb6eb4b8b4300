import { expect, it } from 'vitest'
import { Allowance } from '../../../../src/hub/aggregate/allowance.ts'
import { type Intake, intakeReport } from '../../../../src/hub/aggregate/intake.ts'
import { PackedIntake } from '../../../../src/hub/aggregate/packed-intake.ts'
import { cell, EPOCH, EPOCH_S, report } from '../../../helpers/hub-server.ts'

const terms = { epoch: EPOCH, epochSeconds: EPOCH_S, k: 5 }
const cells = [
  cell({
    total: { n: 100, mean: 7.5, var: 0.25 },
    price: 0.5,
    n: 200,
    grids: {
      ttft: [
        [3, 50],
        [9, 150],
      ],
    },
  }),
  cell({ class: 'chat.lt8k.plain', kinds: { ok: -3 } }),
  cell({ provider: 'groq', model: 'llama', ttft: { n: 100, mean: 5.5, var: 0.5 } }),
]
const came = (members: readonly string[], change = {}): Intake => {
  const intake: Intake = new Map()
  for (const member of members) intakeReport(intake, member, report({ cells, ...change }), terms)
  return intake
}

it('holds what came, by provider, to the digits of the database', () => {
  const packed = new PackedIntake()
  packed.add(came(['a', 'b']))
  expect([...packed.providers].sort()).toEqual(['groq', 'openai'])
  const plain = came(['a', 'b']).get('openai')!
  const own = packed.takeProvider('openai')
  expect(own.members).toEqual(['a', 'b'])
  const unpackedOfA = own.take('a')!
  for (const [key, contribution] of plain.get('a')!) {
    const unpacked = unpackedOfA.get(key)!
    expect([unpacked.leaf, unpacked.last]).toEqual([contribution.leaf, contribution.last])
    for (const [facet, sums] of contribution.pending.entries()) {
      const other = unpacked.pending[facet]
      expect(other?.grid).toEqual(sums?.grid && Float64Array.from(Float32Array.from(sums.grid)))
      for (const part of ['n', 'a', 'b'] as const)
        if (sums) expect(other?.[part]).toBeCloseTo(sums[part], 3)
        else expect(other).toBeUndefined()
    }
  }
  expect(own.take('a')).toBeUndefined()
  expect(packed.takeProvider('openai').members).toEqual([])
  expect(packed.takeProvider('nobody').members).toEqual([])
})

it('adds a second report of a member to its first, and takes no more room for the same cells', () => {
  const packed = new PackedIntake()
  const allowance = new Allowance()
  for (let epoch = EPOCH - 23; epoch <= EPOCH; epoch++) {
    const both = packed.takeMember('a')
    intakeReport(both, 'a', report({ epoch, cells }), terms, allowance)
    packed.add(both)
  }
  expect(allowance.take('a', 'openai', 10_000)).toBe(2_000 - cells.length)
  const [first] = packed.takeProvider('openai').take('a')!.values()
  expect(first!.last).toBe(EPOCH)
  expect(first!.pending[3]!.n).toBeGreaterThan(200 * 12)
})
