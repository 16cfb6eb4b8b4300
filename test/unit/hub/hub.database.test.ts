import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { epochAt } from '../../../src/federation/protocol/epoch.ts'
import { readInvite } from '../../../src/federation/protocol/invite.ts'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { seal } from '../../../src/federation/protocol/signed.ts'
import type { HubInfo } from '../../../src/federation/protocol/types.ts'
import { Hub } from '../../../src/hub/hub.ts'
import { type HubPlace, withOperator } from '../../../src/hub/operator/connect.ts'
import { restoreHub } from '../../../src/hub/operator/restore.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { send } from '../../helpers/http.ts'
import { enrolment } from '../../helpers/hub-process.ts'
import { report, SIGNED_TYPE } from '../../helpers/hub-server.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../helpers/postgres.ts'

const missing = postgresBinaries() === undefined

describe.each(['PGlite', missing ? 'PostgreSQL IS NOT INSTALLED: NOT TESTED' : 'PostgreSQL'])('a hub on %s', (kind) => {
  const test = it.skipIf(kind !== 'PGlite' && missing)
  let server: PostgresServer | undefined
  let directory: string
  let place: HubPlace
  const open: Hub[] = []

  beforeEach(async () => {
    directory = await temporaryDirectory()
    if (kind !== 'PGlite' && !missing) server = await startPostgres()
    place = { directory: join(directory, 'hub'), database: await server?.createDatabase() }
  })
  afterEach(async () => {
    for (const hub of open.splice(0)) await hub.close()
    await server?.remove()
    server = undefined
    await removeDirectory(directory)
  })

  async function start(settings = {}): Promise<string> {
    const hub = await Hub.create({ ...place, settings, log: pino({ level: 'silent' }) })
    open.push(hub)
    return hub.listen('127.0.0.1', 0)
  }
  const close = async () => {
    for (const hub of open.splice(0)) await hub.close()
  }
  const post = (url: string, document: { type: string; v: string }, key: SigningKey) => {
    const headers = { 'content-type': SIGNED_TYPE, 'content-encoding': 'gzip' }
    return send(url, { headers, body: gzipSync(seal(document, key)) })
  }
  const infoOf = async (url: string) => (await send(`${url}/v1/hub`)).json as unknown as HubInfo

  test('is looked after while it runs and while it does not', async () => {
    await expect(withOperator(place, (hub) => hub.members())).rejects.toMatchObject({ code: 'ROUTER_HUB_NO_HUB' })
    const url = await start({ k: 3, epochSeconds: 120, name: 'Ours' })
    const info = await infoOf(url)
    expect(info).toMatchObject({ k: 3, epoch_seconds: 120, name: 'Ours' })
    const invited = await withOperator(place, (hub) => hub.invite({ vouched: true, note: 'Ada' }))
    expect(invited.url).toBe(url)
    expect(readInvite(invited.codes[0]!)?.hub).toBe(fingerprint(info.key))

    const key = generateSigningKey()
    const member = fingerprint(key.publicKey)
    expect((await post(`${url}/v1/members`, enrolment(invited.codes[0]!), key)).status).toBe(201)
    const late = report({ epoch: epochAt(Date.now(), 120) - 1 })
    await withOperator(place, (hub) => hub.suspend(member))
    expect((await post(`${url}/v1/reports`, late, key)).status).toBe(403)
    await close()

    await withOperator(place, async (hub) => {
      await hub.resume(member)
      await hub.trust(member, 0.25)
      expect(await hub.members()).toMatchObject([{ id: member, status: 'active', trust: 0.25, note: 'Ada' }])
      await expect(hub.trust('nobody', 1)).rejects.toMatchObject({ code: 'ROUTER_HUB_NO_MEMBER' })
    })
    const again = await start()
    expect((await infoOf(again)).key).toBe(info.key)
    expect((await post(`${again}/v1/reports`, late, key)).status).toBe(202)
    await expect(withOperator(place, (hub) => hub.resume('nobody'))).rejects.toMatchObject({
      code: 'ROUTER_HUB_NO_MEMBER',
      message: expect.stringContaining('nobody'),
    })
    if (kind === 'PGlite') expect((await stat(join(place.directory, 'hub.sock'))).mode & 0o777).toBe(0o600)
  })

  test('moves with a backup that is made while it runs', async () => {
    const url = await start({ k: 4 })
    const { codes } = await withOperator(place, (hub) => hub.invite({}))
    const key = generateSigningKey()
    await post(`${url}/v1/members`, enrolment(codes[0]!), key)
    const file = join(directory, 'hub.backup')
    expect(await withOperator(place, (hub) => hub.backup(file))).toMatchObject({ members: 1, invites: 1 })
    const before = await infoOf(url)
    if (kind === 'PGlite')
      await expect(restoreHub(place, file, { force: true })).rejects.toMatchObject({ code: 'ROUTER_STATE_LOCKED' })
    await close()

    // From a server it moves into the embedded database, from the embedded one into another.
    place = { directory: join(directory, 'other') }
    await restoreHub(place, file, { force: false })
    const other = await start()
    expect(await infoOf(other)).toMatchObject({ key: before.key, k: 4, epoch_seconds: 3_600 })
    expect((await post(`${other}/v1/members`, enrolment(codes[0]!), key)).status).toBe(200)
  })

  it.skipIf(kind === 'PGlite' || missing)('is one hub in several processes', async () => {
    const urls = await Promise.all([start(), start(), start()])
    const infos = await Promise.all(urls.map(infoOf))
    expect(new Set(infos.map((info) => info.key)).size).toBe(1)
    const { codes } = await withOperator(place, (hub) => hub.invite({ uses: 2 }))
    const key = generateSigningKey()
    const enrol = (url: string) => post(`${url}/v1/members`, enrolment(codes[0]!), key)
    expect((await Promise.all(urls.map(enrol))).map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const document = report({ epoch: epochAt(Date.now(), 3_600) - 1 })
    const taken = await Promise.all(urls.map((url) => post(`${url}/v1/reports`, document, key)))
    expect(taken.map(({ status }) => status).sort()).toEqual([200, 200, 202])
    await expect(start({ k: 7 })).rejects.toMatchObject({ code: 'ROUTER_HUB_SETTINGS' })
  })
})
