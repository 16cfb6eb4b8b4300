import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '../../../../src/hub/database/migrate.ts'
import { openDatabase } from '../../../../src/hub/database/open.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

describeStores('the database', (on) => {
  it('reads bytes as Buffers, counts and sequences as numbers, and keeps every double', async () => {
    const body = Buffer.from([0, 1, 92, 255])
    const { db } = on.store
    const { seq } = await db
      .insertInto('reports')
      .values({ member: 'm', epoch: 490_000, hash: 'h', body })
      .returning('seq')
      .executeTakeFirstOrThrow()
    expect(seq).toBe(1)
    const row = await db.selectFrom('reports').selectAll().executeTakeFirstOrThrow()
    expect(Buffer.isBuffer(row.body)).toBe(true)
    expect(row).toEqual({ seq: 1, member: 'm', epoch: 490_000, hash: 'h', body })
    const { n } = await db
      .selectFrom('reports')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    expect(n).toBe(1)
    await db
      .insertInto('maps')
      .values({ epoch: 1, document: body, state: Buffer.alloc(0), created_at: 1_795_382_072.123_456_7 })
      .execute()
    expect(await db.selectFrom('maps').select(['created_at', 'state']).executeTakeFirst()).toEqual({
      created_at: 1_795_382_072.123_456_7,
      state: Buffer.alloc(0),
    })
  })

  it('takes a report of a member and epoch once, and one open incident of an endpoint', async () => {
    const report = { member: 'm', epoch: 1, hash: 'h', body: null }
    const endpoint = { provider: 'groq', model: 'm', region: '-', opened_at: 1, members: 5 }
    await on.store.db.insertInto('reports').values(report).execute()
    await expect(on.store.db.insertInto('reports').values(report).execute()).rejects.toThrow(/unique/)
    const incidents = on.store.db.insertInto('incidents')
    await incidents.values({ ...endpoint, id: '1', closed_at: null }).execute()
    await expect(incidents.values({ ...endpoint, id: '2', closed_at: null }).execute()).rejects.toThrow(/unique/)
    await incidents.values({ ...endpoint, id: '3', closed_at: 2 }).execute()
  })

  it('lets one at a time do what is exclusive, and lets others see what it did', async () => {
    const { store } = on
    let inside = 0
    let most = 0
    const add = () =>
      store.exclusively('adding', async (trx) => {
        most = Math.max(most, ++inside)
        const found = await trx.selectFrom('settings').select('value').where('name', '=', 'n').executeTakeFirst()
        const value = String(Number(found?.value ?? 0) + 1)
        await trx
          .insertInto('settings')
          .values({ name: 'n', value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute()
        inside--
      })
    await Promise.all(Array.from({ length: 30 }, add))
    expect(most).toBe(1)
    expect(await store.db.selectFrom('settings').select('value').executeTakeFirst()).toEqual({ value: '30' })
  })

  it('gives up what was done exclusively when it fails, and the lock with it', async () => {
    const { store } = on
    const failing = store.exclusively('failing', async (trx) => {
      await trx.insertInto('settings').values({ name: 'x', value: '1' }).execute()
      throw new RangeError('no')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(await store.exclusively('failing', (trx) => trx.selectFrom('settings').selectAll().execute())).toEqual([])
  })

  it('has the server give up what a machine that is gone did exclusively, and nothing else', async () => {
    const { store } = on
    const idle = sql<{ idle: string }>`select current_setting('idle_in_transaction_session_timeout') as idle`
    const inside = await store.exclusively('idle', (trx) => idle.execute(trx))
    expect([inside.rows[0]!.idle, (await idle.execute(store.db)).rows[0]!.idle]).toEqual(['5min', '0'])
  })

  it('is opened by many at once where it may, and refused to a second where it may not', async () => {
    if (on.server === undefined) {
      await expect(openDatabase(on.place)).rejects.toMatchObject({ code: 'ROUTER_STATE_LOCKED' })
      return
    }
    const place = { kind: 'postgres', url: await on.server.createDatabase(), connections: 3 } as const
    const stores = await Promise.all(Array.from({ length: 8 }, () => openDatabase(place)))
    await stores[0]!.db.insertInto('settings').values({ name: 'a', value: 'b' }).execute()
    expect(await stores[7]!.db.selectFrom('settings').selectAll().execute()).toHaveLength(1)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('is not touched when a newer hub has been at work in it', async () => {
    const work = on.store.exclusively('migrations', async (trx) => {
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', ${new Date().toISOString()})`.execute(
        trx,
      )
      await migrate(trx)
    })
    await expect(work).rejects.toMatchObject({ code: 'ROUTER_HUB_DATABASE_NEWER' })
  })
})
