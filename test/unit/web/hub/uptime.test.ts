import { expect, test } from 'vitest'
import { NO_FACTS } from '../../../../src/hub/facts/facts.ts'
import { EndpointIndex } from '../../../../web/hub/state/endpoint-index.ts'
import { daysOf, uptimesOf } from '../../../../web/hub/state/uptime.ts'
import { EPOCH, mapOf, pageData } from '../../../helpers/page-data.ts'

const NOW = (EPOCH + 1) * 3_600
const MINUTE = NOW / 60

/** An endpoint with these published shares, one an hour up to now. */
function entryWith(uptime: readonly (number | null)[], incidents: readonly object[] = [], regions: string[] = []) {
  const { history } = pageData()
  const epochs = uptime.map((_, at) => EPOCH - uptime.length + 1 + at)
  const nothing = uptime.map(() => null)
  const series = {
    ...{ ttft_p50: nothing, ttft_p95: nothing, total_p50: nothing, speed: nothing, price: nothing, members: nothing },
    ...{ provider: 'p', model: 'm', uptime },
  }
  const times = { ...history!, epochs, series: [series] }
  const incident = { id: 'i', provider: 'p', model: 'm', region: '-', opened: 0, members: 5 }
  const cells = regions.map((region) => ({
    ...{ provider: 'p', model: 'm', class: 'chat.lt1k.plain', region, continent: 'EU' as const },
    ...{ as_of: EPOCH, members: 5 },
  }))
  const index = new EndpointIndex({
    map: mapOf(cells),
    history: times,
    incidents: incidents.map((one) => ({ ...incident, ...one })),
    facts: NO_FACTS,
  })
  return [index.get('p/m')!, times] as const
}

test('uptime of a time is the mean of what was published in it', () => {
  const [entry, times] = entryWith([...Array(24).fill(0.9), ...Array(24).fill(1)])
  expect(uptimesOf(entry, times, NOW)).toEqual({ m30: 1, d1: 1, d7: expect.closeTo(0.95) })
})

test('an incident takes away the share of the time that it was open', () => {
  const [entry, times] = entryWith(Array(24).fill(1), [{ opened: MINUTE - 15 }])
  expect(uptimesOf(entry, times, NOW)).toEqual({
    m30: 0.5,
    d1: expect.closeTo(1 - 15 / 1_440),
    d7: expect.closeTo(1 - 15 / 10_080),
  })
})

test('an incident of one of two regions counts half', () => {
  const [entry, times] = entryWith([1], [{ opened: MINUTE - 30, region: 'eu' }], ['eu', 'us'])
  expect(uptimesOf(entry, times, NOW).m30).toBe(0.5)
})

test('nothing published is nothing known; an old figure speaks for two epochs more', () => {
  const [entry, times] = entryWith([null, null])
  expect(uptimesOf(entry, times, NOW)).toEqual({})
  const [old, oldTimes] = entryWith([0.9, null, null, null])
  expect(uptimesOf(old, oldTimes, NOW - 3_600).m30).toBe(0.9)
  expect(uptimesOf(old, oldTimes, NOW).m30).toBeUndefined()
})

test('days are those of UTC, the newest up to now, days without figures unknown', () => {
  const [entry, times] = entryWith(Array(30).fill(0.99))
  const days = daysOf(entry, times, NOW, 7)
  expect(days.map(({ date }) => date).at(-1)).toBe(new Date(NOW * 1000).toISOString().slice(0, 10))
  expect(days.map(({ uptime }) => uptime !== undefined)).toEqual([false, false, false, false, false, true, true])
})
