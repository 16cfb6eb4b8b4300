import { expect, it } from 'vitest'
import { emptyContribution, foldCell } from '../../../../src/hub/aggregate/contribution.ts'
import { decodeContributions, encodeContributions } from '../../../../src/hub/aggregate/contribution-codec.ts'
import { fitCells } from '../../../../src/hub/aggregate/fit.ts'
import { decodeState, encodeState } from '../../../../src/hub/aggregate/state.ts'
import { FACETS } from '../../../../src/hub/aggregate/sums.ts'
import { reportCell } from '../../../helpers/hub-reports.ts'

const leaf = { model: 'ä/m:free', region: '-', continent: 'EU', class: 'chat.lt1k.plain' }

it('keeps contributions through bytes, to the precision of floats of 32 bits', () => {
  const contribution = emptyContribution(leaf)
  foldCell(
    contribution,
    reportCell({
      grids: {
        ttft: [
          [3, 7],
          [9, 200],
        ],
        speed: [[63, 1]],
      },
      kinds: { ok: -2 },
    }),
    480_000,
    0.5,
  )
  contribution.base[0] = contribution.pending[0]
  contribution.pending[0] = undefined
  foldCell(contribution, reportCell(), 480_001, 1)
  const other = emptyContribution({ ...leaf, region: 'eu-west-1' })
  const [back, empty] = decodeContributions(encodeContributions([contribution, other]))
  expect(empty).toEqual(other)
  expect(back!.leaf).toEqual(leaf)
  expect(back!.last).toBe(480_001)
  for (const part of ['base', 'pending'] as const) {
    for (const [facet, sums] of contribution[part].entries()) {
      const own = back![part][facet]
      expect(own === undefined).toBe(sums === undefined)
      if (!sums || !own) continue
      for (const name of ['n', 'a', 'b'] as const) expect(own[name]).toBeCloseTo(sums[name], 4)
      expect(own.grid && [...own.grid]).toEqual(sums.grid && [...sums.grid])
    }
  }
})

it('keeps the state of a map through bytes', () => {
  const facts = { epoch: 1, reports: 2, broken: 0, cells: 3, dropped: 0, bytes: 9, milliseconds: 5 }
  const atoms = new Map([['0 a', { asOf: 1, leaves: ['a'], contributions: 5, waiting: true }]])
  const nodes = new Map([['a', { asOf: 1, cohorts: 5, madeOf: 'x', figures: { a: 1, b: 2 } }]])
  const facets = FACETS.map(() => ({ atoms, nodes }))
  const state = { facts, providers: new Map([['acme', facets]]) }
  expect(decodeState(encodeState(state))).toEqual(state)
  // What was stored before a facet was added has nothing of it.
  const older = { facts, providers: new Map([['acme', facets.slice(0, 6)]]) }
  expect(decodeState(encodeState(older)).providers.get('acme')![6]).toEqual({ atoms: new Map(), nodes: new Map() })
})

it('drops the thinnest cells when there is no room, of these the finest', () => {
  const cell = (cohorts: number, fields: object) => ({
    cohorts,
    cell: { provider: 'p', as_of: 1, members: 5, ...fields },
  })
  const cells = [cell(9, { model: 'a' }), cell(5, {}), cell(5, { model: 'b' }), cell(7, { model: 'c' })]
  const bytes = JSON.stringify(cells[0]!.cell).length + 1
  const kept = (room: number) => fitCells(cells, room).cells.map(({ model }) => model)
  expect(kept(4 * bytes)).toEqual(['a', undefined, 'b', 'c'])
  expect(kept(4 * bytes - 13)).toEqual(['a', undefined, 'c'])
  expect(kept(2 * bytes)).toEqual(['a', 'c'])
  expect(fitCells(cells, 0)).toEqual({ cells: [], dropped: 4 })
})
