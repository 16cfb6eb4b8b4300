import { expect, it } from 'vitest'
import { IncidentHistory } from '../../../../src/hub/incidents/incident-history.ts'
import { loadHistory } from '../../../../src/hub/publish/load-history.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

const NOW = 1_764_000_000
const DAY = 86_400

describeStores('what pages say of the past', (on) => {
  const insert = (id: string, opened_at: number, closed_at: number | null) =>
    on.store.db
      .insertInto('incidents')
      .values({ id, provider: 'p', model: id, region: '-', opened_at, closed_at, members: 7 })
      .execute()

  it('has the incidents of 30 days, open ones first, and the same list until something changes', async () => {
    const history = new IncidentHistory({ store: on.store, k: 5, now: () => NOW * 1000 })
    await insert('old', NOW - 40 * DAY, NOW - 31 * DAY)
    await insert('month', NOW - 40 * DAY, NOW - 29 * DAY)
    await insert('new', NOW - 600, NOW - 300)
    await insert('open', NOW - 3_600, null)
    await history.refresh()
    const first = history.incidents
    expect(first.map(({ id }) => id)).toEqual(['open', 'new', 'month'])
    expect(first[1]).toEqual({
      ...{ id: 'new', provider: 'p', model: 'new', region: '-', members: 5 },
      ...{ opened: Math.floor((NOW - 600) / 60), closed: Math.floor((NOW - 300) / 60) },
    })
    await history.refresh()
    expect(history.incidents).toBe(first)
    await on.store.db.updateTable('incidents').set({ closed_at: NOW }).where('id', '=', 'open').execute()
    await history.refresh()
    expect(history.incidents.filter(({ closed }) => closed === undefined)).toEqual([])
  })

  it('has times of whole answers, and nothing where an older version wrote none', async () => {
    const figures = { ttft_p50: 400, ttft_p95: 900, speed: 50, uptime: 0.99, price: 1, members: 5 }
    const row = { provider: 'p', model: 'm' }
    await on.store.db
      .insertInto('history')
      .values([
        { ...row, epoch: 7, figures: JSON.stringify(figures) },
        { ...row, epoch: 8, figures: JSON.stringify({ ...figures, total_p50: 700 }) },
      ])
      .execute()
    const { series } = await loadHistory(on.store.db, 3_600)
    expect(series).toMatchObject([{ provider: 'p', model: 'm', ttft_p50: [400, 400], total_p50: [null, 700] }])
  })
})
