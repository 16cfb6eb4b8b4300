import { expect, it } from 'vitest'
import { MapQuality } from '../../../../src/federation/member/map/map-quality.ts'
import type { ModelQuality } from '../../../../src/federation/protocol/quality-types.ts'
import type { HubMap } from '../../../../src/federation/protocol/types.ts'
import { EPOCH, HOUR, START } from '../../../helpers/member.ts'

const MODEL = 'maker/one'
const row = (over: Partial<ModelQuality> = {}): ModelQuality => ({
  model: MODEL,
  as_of: EPOCH,
  members: 5,
  good: { share: 0.8, sd: 0.1, n: 500 },
  ...over,
})
const mapOf = (quality: readonly ModelQuality[]): HubMap => ({
  type: 'map',
  v: '1.2',
  epoch: EPOCH,
  epoch_seconds: 3_600,
  k: 5,
  members: 5,
  cells: [],
  quality,
})
const NOW = START + HOUR

function found(quality: readonly ModelQuality[], now = NOW, endpoint = 'a/one', reported = false) {
  const book = new MapQuality((id) => (id === 'a/one' ? MODEL : undefined))
  book.useMap(mapOf(quality))
  book.useReported(() => reported)
  const shared = book.find(endpoint, 'code', now)
  return shared && [shared.quality, Number(shared.weight.toFixed(1))]
}

it('is worth one over its variance, in opinions, and no more than the answers behind it', () => {
  expect(found([row({ type: 'code' })])).toEqual([0.8, 15])
  expect(found([row({ type: 'code', good: { share: 0.8, sd: 0.02, n: 500 } })])).toEqual([0.8, 30])
  expect(found([row({ type: 'code', good: { share: 0, sd: 0.019, n: 20 } })])).toEqual([0, 20])
  expect(found([row({ type: 'code', good: { share: 0.5, sd: 0.6, n: 500 } })])).toEqual([0.5, 1])
})

it('is of the kind of work, else for half of all kinds together', () => {
  expect(found([row(), row({ type: 'code', good: { share: 0.3, sd: 0.1, n: 500 } })])).toEqual([0.3, 20])
  expect(found([row(), row({ type: 'maths' })])).toEqual([0.8, 7.5])
  // What was only checked says nothing of what is good.
  expect(found([{ model: MODEL, type: 'code', as_of: EPOCH, members: 5 }])).toBeUndefined()
})

it('fades over a month, counts less where it is of this router, and says nothing of private endpoints', () => {
  expect(found([row({ type: 'code' })], NOW + 15 * 24 * HOUR)).toEqual([0.8, 7.5])
  expect(found([row({ type: 'code' })], NOW + 30 * 24 * HOUR)).toBeUndefined()
  expect(found([row({ type: 'code' })], NOW, 'a/one', true)).toEqual([0.8, 12])
  expect(found([row({ type: 'code', members: 1 })], NOW, 'a/one', true)).toBeUndefined()
  expect(found([row({ type: 'code' })], NOW, 'corp/one')).toBeUndefined()
})
