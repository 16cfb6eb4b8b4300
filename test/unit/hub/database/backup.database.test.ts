import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeBackup } from '../../../../src/hub/database/backup.ts'
import { TABLES } from '../../../../src/hub/database/backup-format.ts'
import type { HubStore } from '../../../../src/hub/database/open.ts'
import { restoreBackup } from '../../../../src/hub/database/restore.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { describeStores, empty } from '../../../helpers/hub-store.ts'

const NOW = 1_800_000_000

/** A row and more in every table, with every kind of value. */
async function fill({ db }: HubStore): Promise<void> {
  await db.insertInto('settings').values({ name: 'name', value: 'Zoë\n"{}"' }).execute()
  const invite = { id: 'i', note: '', uses_left: 0, vouched: true, created_at: 1.5, expires_at: 2 }
  await db.insertInto('invites').values(invite).execute()
  const member = {
    public_key: 'p',
    invite: 'i',
    cohort: 'i',
    continent: 'EU',
    status: 'active',
    joined_at: 0.1 + 0.2,
    deviation: 1e-9,
  } as const
  const members = Array.from({ length: 250 }, (_, n) => ({
    ...member,
    id: `m${n}`,
    trust: n ? null : 1,
    deviation_cells: n,
    last_epoch: n || null,
  }))
  await db.insertInto('members').values(members).execute()
  await db
    .insertInto('reports')
    .values(members.map(({ id }, n) => ({ member: id, epoch: 7, hash: 'h', body: n % 2 ? null : randomBytes(500) })))
    .execute()
  await db
    .insertInto('contributions')
    .values({ member: 'm1', provider: 'groq', epoch: 7, state: Buffer.alloc(0) })
    .execute()
  await db
    .insertInto('maps')
    .values({ epoch: 7, document: randomBytes(100_000), state: Buffer.of(0, 255), created_at: NOW })
    .execute()
  await db.insertInto('history').values({ epoch: 7, provider: 'groq', model: 'a/b', figures: '{"base64":1}' }).execute()
  const endpoint = { provider: 'groq', model: 'a/b', region: '-' }
  await db
    .insertInto('alarms')
    .values({ ...endpoint, member: 'm1', state: 'back', minute: 30_000_000, received_at: NOW })
    .execute()
  await db
    .insertInto('incidents')
    .values({ ...endpoint, id: 'x', opened_at: NOW, closed_at: null, members: 5 })
    .execute()
}

async function contents({ db }: HubStore): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const table of TABLES)
    all[table] = (await db.selectFrom(table).selectAll().execute()).map((row) => JSON.stringify(row)).sort()
  return all
}

/** Backups made on the one kind of database, for the other: the way to move a hub. */
const carried: { backup: Buffer; contents: Record<string, string[]> }[] = []

describeStores('a backup', (on) => {
  let directory: string
  let file: string
  beforeEach(async () => {
    directory = await temporaryDirectory()
    file = join(directory, 'hub.backup')
  })
  afterEach(() => removeDirectory(directory))

  it('restores everything, sequences too, and is for its owner alone', async () => {
    await fill(on.store)
    const before = await contents(on.store)
    const counts = await writeBackup(on.store, file, NOW)
    expect(counts).toMatchObject({ members: 250, reports: 250, settings: 1 })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['hub.backup'])
    carried.push({ backup: await readFile(file), contents: before })
    await empty(on.store)
    expect(await restoreBackup(on.store, file)).toEqual(counts)
    expect(await contents(on.store)).toEqual(before)
    const report = { member: 'new', epoch: 7, hash: 'h', body: null }
    const { seq } = await on.store.db.insertInto('reports').values(report).returning('seq').executeTakeFirstOrThrow()
    expect(seq).toBe(251)
  })

  it('moves to the other kind of database', async () => {
    for (const { backup, contents: before } of carried) {
      await writeFile(file, backup)
      await restoreBackup(on.store, file, { force: true })
      expect(await contents(on.store)).toEqual(before)
    }
    expect(carried.length).toBeGreaterThan(0)
  })

  it('replaces what is there only by force', async () => {
    await writeBackup(on.store, file, NOW)
    await fill(on.store)
    const before = await contents(on.store)
    await expect(restoreBackup(on.store, file)).rejects.toMatchObject({ code: 'ROUTER_HUB_NOT_EMPTY' })
    expect(await contents(on.store)).toEqual(before)
    await restoreBackup(on.store, file, { force: true })
    expect((await contents(on.store)).members).toEqual([])
  })

  it('is of one moment, whatever happens meanwhile', async () => {
    await fill(on.store)
    const { db } = on.store
    const moving = { name: 'moving', value: '0' }
    await db.insertInto('settings').values(moving).execute()
    await db.insertInto('history').values({ epoch: 0, provider: 'p', model: 'm', figures: '0' }).execute()
    let done = false
    const move = async () => {
      for (let n = 1; !done; n++) {
        await db.transaction().execute(async (trx) => {
          await trx
            .updateTable('settings')
            .set({ value: String(n) })
            .where('name', '=', 'moving')
            .execute()
          await trx
            .updateTable('history')
            .set({ figures: String(n) })
            .where('epoch', '=', 0)
            .execute()
        })
        // PGlite answers before anything else gets its turn.
        await setImmediate()
      }
    }
    const moved = move()
    await writeBackup(on.store, file, NOW)
    done = true
    await moved
    await restoreBackup(on.store, file, { force: true })
    const { value } = await db
      .selectFrom('settings')
      .select('value')
      .where('name', '=', 'moving')
      .executeTakeFirstOrThrow()
    const { figures } = await db
      .selectFrom('history')
      .select('figures')
      .where('epoch', '=', 0)
      .executeTakeFirstOrThrow()
    expect(figures).toBe(value)
  })

  const damaged: [string, (text: string) => string | Buffer, RegExp][] = [
    ['is cut between lines', (text) => `${text.split('\n').slice(0, -2).join('\n')}\n`, /its end is missing/],
    ['lost a row', (text) => text.replace(/^.*"name":"name".*\n/m, ''), /rows are missing/],
    ['is of a newer version', (text) => text.replace(/"schema":"[^"]*"/, '"schema":"9999-later"'), /newer version/],
    [
      'holds something else',
      (text) => text.replace(/"table":"settings"/, '"table":"pg_class"'),
      /neither a row nor the end/,
    ],
    ['is something else', () => '{"some":"json"}\n', /no backup of a hub/],
    ['is not JSON', () => 'Dear diary\n', /JSON/],
    ['is empty', () => '', /no backup of a hub/],
  ]
  it.each(damaged)('that %s changes nothing', async (_, damage, reason) => {
    await fill(on.store)
    await writeBackup(on.store, file, NOW)
    await on.store.db.insertInto('settings').values({ name: 'later', value: 'x' }).execute()
    const before = await contents(on.store)
    await writeFile(file, gzipSync(damage(gunzipSync(await readFile(file)).toString())))
    const problem = { code: 'ROUTER_HUB_BACKUP', message: expect.stringMatching(reason) }
    await expect(restoreBackup(on.store, file, { force: true })).rejects.toMatchObject(problem)
    expect(await contents(on.store)).toEqual(before)
  })

  it('that is cut anywhere, is not gzip, or is not there changes nothing', async () => {
    await fill(on.store)
    await writeBackup(on.store, file, NOW)
    const whole = await readFile(file)
    const before = await contents(on.store)
    for (const bytes of [
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, whole.length - 1),
      Buffer.from('not gzip'),
    ]) {
      await writeFile(file, bytes)
      await expect(restoreBackup(on.store, file, { force: true })).rejects.toMatchObject({ code: 'ROUTER_HUB_BACKUP' })
    }
    await expect(restoreBackup(on.store, join(directory, 'none'), { force: true })).rejects.toMatchObject({
      code: 'ROUTER_HUB_BACKUP',
    })
    expect(await contents(on.store)).toEqual(before)
  })

  it('that cannot be written leaves nothing', async () => {
    const path = join(directory, 'none', 'hub.backup')
    await expect(writeBackup(on.store, path, NOW)).rejects.toMatchObject({
      code: 'ROUTER_HUB_BACKUP',
      message: expect.stringContaining(path),
    })
    expect(await readdir(directory)).toEqual([])
  })
})
