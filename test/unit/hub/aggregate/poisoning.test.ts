import { describe, expect, it } from 'vitest'
import { LIARS } from '../../../../benchmarks/federation/liars.ts'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { movements, poisonedMap } from '../../../../benchmarks/federation/poisoned-map.ts'
import type { MapCell } from '../../../../src/federation/protocol/types.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'

const LIMITED = /\.(median|p50|p95|p)$|^price$/
/** Colluders inside the spread of honest members: no estimator bounds these better than the median does (ADR 7). */
const INSIDE = new Set(['+0.5 sd', '+1 sd', '+2 sd', '-2 sd', '+3 sd'])

const largest = (honest: readonly MapCell[], poisoned: readonly MapCell[]) =>
  Math.max(...[...movements(honest, poisoned)].filter(([kind]) => LIMITED.test(kind)).flatMap(([, moves]) => moves))

describe('a quarter of liars', () => {
  // Honest members of the same continent differ by 10 %; two thirds of what the panel's regions do.
  const base = { seed: 1, members: 20, share: 0.25, spread: { tau: 0.1, sigma: 0.5 } }

  for (const epochs of [1, 6]) {
    const honest = poisonedMap({ ...base, epochs, liar: undefined }).cells
    it.each(Object.keys(LIARS).filter((name) => !INSIDE.has(name) && (epochs > 1 || name !== '+5 sd')))(
      `%s: no figure moves by more than 10 %%, after ${epochs} epochs`,
      (name) => {
        expect(largest(honest, poisonedMap({ ...base, epochs, liar: LIARS[name] }).cells)).toBeLessThan(0.1)
      },
    )
  }

  it('who are as near to the truth as honest members move figures by a part of their spread, on average', () => {
    const { cells: honest } = poisonedMap({ ...base, epochs: 1, liar: undefined })
    for (const name of INSIDE) {
      const moves = movements(honest, poisonedMap({ ...base, epochs: 1, liar: LIARS[name] }).cells).get('ttft.median')!
      // The spread that one sees: members' own and that of their samples.
      const spread = Math.sqrt(0.1 ** 2 + 0.5 ** 2 / 100)
      expect(moves.reduce((sum, move) => sum + move, 0) / moves.length, name).toBeLessThan(0.65 * spread)
    }
  })
})

describe('newcomers', () => {
  const EPOCH = 480_000
  const cells = (ms: number) => [reportCell({ ms, price: 2, kinds: { ok: 100 } })]

  /** Twenty members of a month's standing who see 500 ms, and whoever `join` lets in. */
  function medianWith(join: (hub: MemoryHub) => void): number {
    const hub = new MemoryHub()
    for (let at = 0; at < 20; at++) {
      hub.join(`old-${at}`, (EPOCH - 2_000) * 3_600)
      hub.take(`old-${at}`, reportOf(EPOCH, cells(480 + 2 * at)), EPOCH)
    }
    join(hub)
    return Math.exp(hub.aggregate(EPOCH)[0]!.ttft!.mean)
  }

  it('cannot outweigh twenty old members by a thousand keys of one invite', () => {
    const alone = medianWith(() => {})
    const flooded = medianWith((hub) => {
      for (let at = 0; at < 1_000; at++) {
        hub.join(`key-${at}`, EPOCH * 3_600, 'one invite')
        hub.take(`key-${at}`, reportOf(EPOCH, cells(15)), EPOCH)
      }
    })
    expect(Math.abs(flooded / alone - 1)).toBeLessThan(0.01)
  })

  it('of ten invites weigh no more than one old member together, even if nobody could tell that they lie', () => {
    const alone = medianWith(() => {})
    const praised = medianWith((hub) => {
      for (let at = 0; at < 10; at++) {
        hub.join(`provider-${at}`, EPOCH * 3_600)
        hub.take(`provider-${at}`, reportOf(EPOCH, cells(485)), EPOCH)
      }
    })
    expect(Math.abs(praised / alone - 1)).toBeLessThan(0.01)
  })

  it('who are many and praise one provider only are heard less there at once', () => {
    const hub = new MemoryHub()
    for (let at = 0; at < 20; at++) {
      const own = at < 5
      hub.join(`member-${at}`, 0)
      const cell = (provider: string, ms: number) => reportCell({ provider, ms })
      hub.take(
        `member-${at}`,
        reportOf(EPOCH, [cell('theirs', own ? 50 : 480 + 2 * at), cell('other', 480 + 2 * at)]),
        EPOCH,
      )
    }
    const map = hub.aggregate(EPOCH)
    const ttft = (provider: string) => Math.exp(map.find((cell) => cell.provider === provider)!.ttft!.mean)
    expect(ttft('theirs')).toBeGreaterThan(485)
    expect(hub.trust('member-0', EPOCH)).toBeLessThan(hub.trust('member-10', EPOCH) / 2)
  })
})
