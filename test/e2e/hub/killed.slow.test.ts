/** kill -9 of a hub at any moment: nothing that was acknowledged is lost, nothing is counted twice. */
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { epochAt } from '../../../src/federation/protocol/epoch.ts'
import { fingerprint, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { seal } from '../../../src/federation/protocol/signed.ts'
import { type HubStore, openDatabase } from '../../../src/hub/database/open.ts'
import { databaseOf } from '../../../src/hub/operator/connect.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { type ForkedHub, forkHub } from '../../helpers/forked-hub.ts'
import { send } from '../../helpers/http.ts'
import { addMembers, EPOCH_S, report, SIGNED_TYPE } from '../../helpers/hub-server.ts'
import { copyPglite } from '../../helpers/pglite.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../helpers/postgres.ts'

const MEMBERS = 10
const EPOCHS = 10
const LANES = 8
/** Acknowledgements after which the hub is killed, one time after the other. */
const KILLED_AFTER = [1, 30]

let directory: string
let hub: ForkedHub | undefined
let server: PostgresServer | undefined
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await hub?.kill9()
  await server?.remove()
  hub = undefined
  server = undefined
  await removeDirectory(directory)
})

interface Sent {
  readonly name: string
  readonly body: Buffer
}

async function makeReports(store: HubStore): Promise<Sent[]> {
  const members = await addMembers(store, MEMBERS)
  const last = epochAt(Date.now(), EPOCH_S) - 1
  const all = (key: SigningKey) =>
    Array.from({ length: EPOCHS }, (_, back): Sent => {
      const epoch = last - back
      return { name: `${fingerprint(key.publicKey)} ${epoch}`, body: gzipSync(seal(report({ epoch }), key)) }
    })
  return members.flatMap(all)
}

const post = (url: string, { body }: Sent) =>
  send(`${url}/v1/reports`, { body, headers: { 'content-type': SIGNED_TYPE, 'content-encoding': 'gzip' } })

/**
 * Sends on several connections until `most` are acknowledged, then kills; answers which were acknowledged, also after
 * that.
 */
async function sendAndKill(target: ForkedHub, reports: readonly Sent[], most: number): Promise<Set<string>> {
  const acknowledged = new Set<string>()
  let next = 0
  let killed: Promise<void> | undefined
  const lane = async () => {
    while (next < reports.length && !killed) {
      const sent = reports[next++]!
      const answer = await post(target.url, sent).catch(() => undefined)
      if (answer?.status === 202) acknowledged.add(sent.name)
      if (acknowledged.size >= most) killed ??= target.kill9()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await killed
  return acknowledged
}

async function surviveKills(database: string | undefined): Promise<void> {
  const place = databaseOf({ directory, database })
  if (place.kind === 'pglite') await copyPglite(place.directory!)
  const before = await openDatabase(place)
  const reports = await makeReports(before)
  await before.close()
  let left: readonly Sent[] = reports
  const acknowledged = new Set<string>()
  for (const most of KILLED_AFTER) {
    hub = await forkHub(directory, database)
    const now = await sendAndKill(hub, left, most)
    expect(now.size).toBeGreaterThanOrEqual(most)
    for (const name of now) acknowledged.add(name)
    left = reports.filter(({ name }) => !acknowledged.has(name))
  }
  hub = await forkHub(directory, database)
  for (const sent of reports) {
    const { status } = await post(hub.url, sent)
    // What was acknowledged is there; what was not may be.
    expect(acknowledged.has(sent.name) ? [200] : [200, 202]).toContain(status)
  }
  await hub.stop()
  hub = undefined
  const after = await openDatabase(place)
  const rows = await after.db.selectFrom('reports').select(['member', 'epoch']).execute()
  await after.close()
  expect(rows.map(({ member, epoch }) => `${member} ${epoch}`).toSorted()).toEqual(
    reports.map(({ name }) => name).toSorted(),
  )
}

test('PGlite: nothing acknowledged is lost, nothing is counted twice', () => surviveKills(undefined))

const missing = postgresBinaries() === undefined
describe.skipIf(missing)(`PostgreSQL${missing ? ' IS NOT INSTALLED: NOT TESTED' : ''}`, () => {
  test('nothing acknowledged is lost, nothing is counted twice', async () => {
    server = await startPostgres()
    await surviveKills(await server.createDatabase())
  })

  test('killed between receipt and acknowledgement: counted once, whether it was written or not', async () => {
    server = await startPostgres()
    const database = await server.createDatabase()
    const store = await openDatabase({ kind: 'postgres', url: database })
    const [sent] = (await makeReports(store)) as [Sent]
    hub = await forkHub(directory, database)
    await store.db.transaction().execute(async (trx) => {
      await trx.selectFrom('members').select('id').forUpdate().execute()
      const answer = post(hub!.url, sent).catch(() => 'no answer')
      await waiting(store)
      await hub!.kill9()
      expect(await answer).toBe('no answer')
    })
    hub = await forkHub(directory, database)
    expect([200, 202]).toContain((await post(hub.url, sent)).status)
    expect((await post(hub.url, sent)).status).toBe(200)
    expect(await store.db.selectFrom('reports').select('member').execute()).toHaveLength(1)
    await store.close()
  })

  test('PostgreSQL killed under the hub: refused as unavailable, taken again when it is back', async () => {
    server = await startPostgres()
    const database = await server.createDatabase()
    const store = await openDatabase({ kind: 'postgres', url: database })
    const [first, second] = (await makeReports(store)) as [Sent, Sent]
    await store.close()
    hub = await forkHub(directory, database)
    expect((await post(hub.url, first)).status).toBe(202)
    await server.kill9()
    const away = await post(hub.url, second)
    expect([away.status, away.json?.error]).toEqual([503, expect.objectContaining({ code: 'unavailable' })])
    await server.restart()
    expect((await post(hub.url, first)).status).toBe(200)
    expect((await post(hub.url, second)).status).toBe(202)
  })
})

/** Settles when a statement of another connection waits for a lock. */
async function waiting(store: HubStore): Promise<void> {
  const query = store.db.selectFrom('pg_stat_activity' as never).where('wait_event_type' as never, '=', 'Lock' as never)
  while ((await query.select('pid' as never).execute()).length === 0)
    await new Promise((resolve) => setImmediate(resolve))
}
