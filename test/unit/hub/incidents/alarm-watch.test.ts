import { expect, test } from 'vitest'
import { AlarmWatch } from '../../../../src/hub/incidents/reported.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'

const alarm = { type: 'alarm', v: '1.0', provider: 'acme', model: 'm', region: '-', minute: 1 } as const
const report = reportOf(1, [reportCell(), reportCell({ model: 'other' })])

test('an alarm that this process took is held against its sender without a look at the database', () => {
  const watch = new AlarmWatch()
  expect(watch.wellIn('a', report)).toEqual([])
  watch.note('a', { ...alarm, state: 'failing' })
  expect(watch.wellIn('a', report)).toMatchObject([{ endpoint: { provider: 'acme', model: 'm', region: '-' } }])
  expect(watch.wellIn('b', report)).toEqual([])
  watch.note('a', { ...alarm, state: 'back' })
  expect(watch.wellIn('a', report)).toEqual([])
})
