import { expect, it } from 'vitest'
import { loadSettings } from '../../../src/hub/settings.ts'
import { describeStores } from '../../helpers/hub-store.ts'

describeStores('the settings of a hub', (on) => {
  it('are made once, however many processes start at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => loadSettings(on.store)))
    expect(new Set(all.map(({ key }) => key.publicKey)).size).toBe(1)
    expect(all[0]).toMatchObject({ name: 'Commonroute hub', epochSeconds: 3_600, k: 5, url: undefined })
  })

  it('keep epoch and k from the first start, and say so when they are asked to change', async () => {
    const first = await loadSettings(on.store, { epochSeconds: 120, k: 3, name: 'Ours' })
    const again = await loadSettings(on.store, { epochSeconds: 120, k: 3, url: 'https://hub.example' })
    expect(again).toEqual({ ...first, key: expect.anything(), url: 'https://hub.example' })
    expect(again.key.publicKey).toBe(first.key.publicKey)
    expect(await loadSettings(on.store, { name: 'Theirs' })).toMatchObject({
      epochSeconds: 120,
      k: 3,
      name: 'Theirs',
      url: 'https://hub.example',
    })
    const problem = (flag: string) => ({ code: 'ROUTER_HUB_SETTINGS', message: expect.stringContaining(flag) })
    await expect(loadSettings(on.store, { epochSeconds: 60 })).rejects.toMatchObject(problem('--epoch is 60 s, but'))
    await expect(loadSettings(on.store, { k: 2 })).rejects.toMatchObject(problem('--k is 2, but'))
  })

  it.each([{ epochSeconds: 1 }, { epochSeconds: 10.5 }, { k: 1 }, { k: Number.NaN }])(
    'refuse %j and leave nothing',
    async (wanted) => {
      await expect(loadSettings(on.store, wanted)).rejects.toMatchObject({ code: 'ROUTER_HUB_SETTINGS' })
      expect(await on.store.db.selectFrom('settings').selectAll().execute()).toEqual([])
    },
  )
})
