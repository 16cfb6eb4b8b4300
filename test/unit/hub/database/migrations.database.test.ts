import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '../../../../src/hub/database/migrate.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

const ENDPOINT = { provider: 'groq', model: 'm', region: '-' }

describeStores('an upgrade', (on) => {
  it('leaves an incident open that is open, and takes no alarm for one that lasts for ever', async () => {
    const before = Date.now() / 1000 - 60
    await on.store.exclusively('migrations', async (trx) => {
      for (const statement of [
        `alter table members drop column agreed, drop column false_alarms, drop column false_alarms_at`,
        `alter table alarms drop column since, drop column uses, drop column contradicted`,
        `alter table incidents drop column evidence_at`,
        `drop table endpoint_users`,
        `delete from kysely_migration where name >= '0003-evidence'`,
      ])
        await sql.raw(statement).execute(trx)
      await sql`insert into incidents (id, provider, model, region, opened_at, members)
        values ('i', ${ENDPOINT.provider}, ${ENDPOINT.model}, ${ENDPOINT.region}, ${before}, 5)`.execute(trx)
      await sql`insert into alarms (member, provider, model, region, state, minute, received_at)
        values ('a', ${ENDPOINT.provider}, ${ENDPOINT.model}, ${ENDPOINT.region}, 'failing', 1, ${before})`.execute(trx)
      await migrate(trx)
    })
    const { evidence_at } = await on.store.db.selectFrom('incidents').select('evidence_at').executeTakeFirstOrThrow()
    const { since } = await on.store.db.selectFrom('alarms').select('since').executeTakeFirstOrThrow()
    expect([evidence_at, since].every((time) => time >= before)).toBe(true)
  })
})
