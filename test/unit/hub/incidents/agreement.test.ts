import { expect, test } from 'vitest'
import { agreementOf, type MemberAlarm } from '../../../../src/hub/incidents/agreement.ts'

const NOW = 1_000_000
const K = 5
const failing = (cohort: string | number, ago = 0, trust = 1): MemberAlarm => ({
  cohort: `${cohort}`,
  state: 'failing',
  receivedAt: NOW - ago,
  trust,
})
const back = (cohort: string | number, ago = 0): MemberAlarm => ({ ...failing(cohort, ago), state: 'back' })
const cohorts = (count: number, make = failing, ago = 0) =>
  Array.from({ length: count }, (_, index) => make(index, ago))

test('opens with k cohorts within three minutes', () => {
  expect(agreementOf(cohorts(4), undefined, K, NOW)).toEqual({ open: false, members: 4 })
  expect(agreementOf(cohorts(5), undefined, K, NOW)).toEqual({ open: true, members: 5 })
  expect(agreementOf([...cohorts(4), failing(9, 180)], undefined, K, NOW).open).toBe(true)
  expect(agreementOf([...cohorts(4), failing(9, 181)], undefined, K, NOW).open).toBe(false)
})

test('a cohort is one alarm, failing while one of its members is', () => {
  expect(agreementOf([...cohorts(4), failing(0), failing(0)], undefined, K, NOW)).toEqual({ open: false, members: 4 })
  expect(agreementOf([...cohorts(5), back(0)], undefined, K, NOW)).toEqual({ open: true, members: 5 })
})

test('who is not trusted opens nothing, keeps nothing open and closes nothing', () => {
  const strangers = Array.from({ length: 100 }, (_, index) => failing(`x${index}`, 0, 0.29))
  expect(agreementOf([...cohorts(4), ...strangers], undefined, K, NOW).open).toBe(false)
  expect(agreementOf([...cohorts(5, failing, 601), ...strangers], NOW - 700, K, NOW).open).toBe(false)
  const doubters = strangers.map((alarm): MemberAlarm => ({ ...alarm, state: 'back' }))
  expect(agreementOf([...cohorts(5), ...doubters], NOW - 60, K, NOW).open).toBe(true)
})

test('closes when half of those that agreed are back', () => {
  const alarms = (gone: number, of: number) => [
    ...Array.from({ length: gone }, (_, index) => back(index)),
    ...cohorts(of).slice(gone),
  ]
  expect(agreementOf(alarms(2, 5), NOW - 60, K, NOW)).toEqual({ open: true, members: 3 })
  expect(agreementOf(alarms(3, 5), NOW - 60, K, NOW).open).toBe(false)
  expect(agreementOf(alarms(3, 6), NOW - 60, K, NOW).open).toBe(false)
})

test('closes when nobody repeats it for ten minutes, and not while one does', () => {
  expect(agreementOf(cohorts(5, failing, 601), NOW - 700, K, NOW).open).toBe(false)
  expect(agreementOf([...cohorts(4, failing, 601), failing(9, 600)], NOW - 700, K, NOW).open).toBe(true)
})

test('words from before the incident are not part of it', () => {
  expect(agreementOf([...cohorts(5), back('old', 4_000), back('older', 9_000)], NOW - 60, K, NOW)).toEqual({
    open: true,
    members: 5,
  })
})

test('what is dated hours ahead, by a clock that was set back since, counts for nothing', () => {
  expect(agreementOf(cohorts(5, failing, -7_200), undefined, K, NOW)).toEqual({ open: false, members: 0 })
  expect(agreementOf(cohorts(5, failing, -7_200), NOW + 7_000, K, NOW).open).toBe(false)
  expect(agreementOf(cohorts(5, failing, -60), undefined, K, NOW).open).toBe(true)
})

test('who does not use the endpoint has no say', () => {
  const strangers = cohorts(9).map((alarm): MemberAlarm => ({ ...alarm, uses: false }))
  expect(agreementOf(strangers, undefined, K, NOW).open).toBe(false)
  const doubters = strangers.map((alarm): MemberAlarm => ({ ...alarm, state: 'back' }))
  expect(agreementOf([...cohorts(5), ...doubters], NOW - 60, K, NOW).open).toBe(true)
})

test('does not open, nor stay, while as many of those who use it say otherwise', () => {
  const others = Array.from({ length: 5 }, (_, index) => back(`other${index}`, 30))
  expect(agreementOf([...cohorts(5), ...others], undefined, K, NOW).open).toBe(false)
  expect(agreementOf([...cohorts(6), ...others], undefined, K, NOW).open).toBe(true)
  expect(agreementOf([...cohorts(5), ...others], NOW - 60, K, NOW).open).toBe(false)
})

test('half of those who are busy with it and silent speak against opening it', () => {
  expect(agreementOf(cohorts(5), undefined, K, NOW, { busy: 5 }).open).toBe(true)
  expect(agreementOf(cohorts(5), undefined, K, NOW, { busy: 14 }).open).toBe(true)
  expect(agreementOf(cohorts(5), undefined, K, NOW, { busy: 15 }).open).toBe(false)
  expect(agreementOf(cohorts(5), NOW - 60, K, NOW, { busy: 50 }).open).toBe(true)
})

test('probes are one party when they fail, and as many as are needed when they succeed', () => {
  const probes = (state: 'failing' | 'back') => ({ probes: { state, at: NOW - 10 } })
  expect(agreementOf(cohorts(4), undefined, K, NOW, probes('failing'))).toEqual({ open: true, members: 5 })
  // With them one member is enough, and without any they are not.
  expect(agreementOf(cohorts(1), undefined, K, NOW, probes('failing'))).toEqual({ open: true, members: 2 })
  expect(agreementOf([], undefined, K, NOW, probes('failing')).open).toBe(false)
  expect(agreementOf(cohorts(5), undefined, K, NOW, probes('back')).open).toBe(false)
  expect(agreementOf(cohorts(6), undefined, K, NOW, probes('back')).open).toBe(true)
  expect(agreementOf(cohorts(5), NOW - 60, K, NOW, probes('back')).open).toBe(false)
})

test('ends six hours after something new last spoke for it', () => {
  const held = NOW - 7 * 3_600
  expect(agreementOf(cohorts(9), held, K, NOW).open).toBe(false)
  expect(agreementOf(cohorts(9), held, K, NOW, { evidenceAt: NOW - 3_600 }).open).toBe(true)
})

test('what was said before the last incident was closed opens no other', () => {
  const alarms = cohorts(9).map((alarm): MemberAlarm => ({ ...alarm, since: NOW - 500 }))
  expect(agreementOf(alarms, undefined, K, NOW, { lastClosedAt: NOW - 400 }).open).toBe(false)
  expect(agreementOf(alarms, undefined, K, NOW, { lastClosedAt: NOW - 600 }).open).toBe(true)
})
