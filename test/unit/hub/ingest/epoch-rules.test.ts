import { expect, test } from 'vitest'
import { checkEpoch } from '../../../../src/hub/ingest/epoch-rules.ts'

const EPOCH = 494_000
const END_MS = (EPOCH + 1) * 3_600_000
const DAY_MS = 86_400_000
const check =
  (nowMs: number, epoch = EPOCH) =>
  () =>
    checkEpoch(epoch, 3_600, nowMs)

test('an epoch is taken from its end until a day later', () => {
  expect(check(END_MS)).not.toThrow()
  expect(check(END_MS + DAY_MS)).not.toThrow()
  expect(check(END_MS - 1)).toThrow(expect.objectContaining({ code: 'epoch_not_over' }))
  expect(check(END_MS + DAY_MS + 1)).toThrow(expect.objectContaining({ code: 'epoch_too_old' }))
})

test('says what the clock of the hub says, and when to come again', () => {
  expect(check(END_MS - 90_500)).toThrow(
    expect.objectContaining({ retryAfterS: 91, message: expect.stringContaining('2026-05-10T') }),
  )
})

test('waiting does not help a clock that is hours off', () => {
  expect(check(END_MS - 3 * 3_600_000)).toThrow(
    expect.objectContaining({ code: 'epoch_not_over', retryAfterS: undefined }),
  )
})

test.each([4e12, Number.MAX_SAFE_INTEGER])('an epoch of %d is far from over', (epoch) => {
  expect(check(END_MS, epoch)).toThrow(expect.objectContaining({ code: 'epoch_not_over' }))
})
