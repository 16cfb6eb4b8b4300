import { describe, expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { LOG_SPEED, LOG_TIME } from '../../../../src/federation/protocol/limits.ts'
import type { MapCell, ReportCell } from '../../../../src/federation/protocol/types.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'

const EPOCH = 480_000
const moments = (mean: number) => ({ n: 100, mean, var: 0.25 })

const VICTIM: ReportCell = reportCell({
  n: 140,
  kinds: { ok: 131, provider_error: 9 },
  ttft: moments(6.4321),
  speed: moments(4.321),
  total: moments(8.7654),
  price: 0.0731,
  cache_hit: 0.43,
})
/** Half of the others say the least of everything, and half the most: the middle one is the victim. */
const extreme = (end: 'min' | 'max'): ReportCell =>
  reportCell({
    n: 140,
    kinds: end === 'min' ? { ok: 140 } : { provider_error: 140 },
    ttft: moments(LOG_TIME[end]),
    speed: moments(LOG_SPEED[end]),
    total: moments(LOG_TIME[end]),
    price: end === 'min' ? 0.01 : 1_000,
    cache_hit: end === 'min' ? 0 : 1,
  })

/** `sybils` keys around one member of long standing; `since` in hours. */
function mapOf(k: number, sybils: number, since: number): MapCell[] {
  const hub = new MemoryHub(k)
  hub.join('victim', (EPOCH - 2_000) * 3_600)
  hub.take('victim', reportOf(EPOCH, [VICTIM]), EPOCH)
  for (let at = 0; at < sybils; at++) {
    hub.join(`sybil-${at}`, (EPOCH - since) * 3_600)
    hub.take(`sybil-${at}`, reportOf(EPOCH, [extreme(at % 2 === 0 ? 'min' : 'max')]), EPOCH)
  }
  return hub.aggregate(EPOCH)
}

describe('keys around one member', () => {
  it.each([
    [3, 2],
    [5, 4],
    [5, 40],
  ])('that are a day old are no company: of k %i, %i of them bring nothing of it into the map', (k, sybils) => {
    expect(mapOf(k, sybils, 24)).toEqual([])
  })

  it.each([
    [3, 2],
    [5, 4],
  ])('that are trusted, and far apart, bring none of its figures into the map: k %i, %i of them', (k, sybils) => {
    const cells = mapOf(k, sybils, 2_000)
    for (const { ttft, speed, total, price, cache_hit, success } of cells)
      expect({ ttft, speed, total, price, cache_hit, success }).toEqual({})
  })
})

it('is published what k trusted members agree on, whoever else speaks', () => {
  const hub = new MemoryHub(5)
  for (let at = 0; at < 5; at++) {
    hub.join(`old-${at}`, (EPOCH - 2_000) * 3_600)
    hub.take(`old-${at}`, reportOf(EPOCH, [reportCell({ ms: 480 + 10 * at })]), EPOCH)
  }
  hub.join('new', EPOCH * 3_600)
  hub.take('new', reportOf(EPOCH, [extreme('max')]), EPOCH)
  const [cell] = hub.aggregate(EPOCH)
  expect(cell).toMatchObject({ members: 5, ttft: expect.anything(), price: 2, success: expect.anything() })
  expect(Math.exp(cell!.ttft!.mean)).toBeGreaterThan(470)
  expect(Math.exp(cell!.ttft!.mean)).toBeLessThan(530)
})
