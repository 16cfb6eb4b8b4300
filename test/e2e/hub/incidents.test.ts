/** Alarms become incidents, and everybody hears of it. */
import type { IncomingMessage } from 'node:http'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importPublicKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import type { Incidents } from '../../../src/federation/protocol/types.ts'
import { checkIncidents } from '../../../src/federation/protocol/validate.ts'
import { openDatabase } from '../../../src/hub/database/open.ts'
import { open, send } from '../../helpers/http.ts'
import {
  addMember as addSilent,
  addMembers as addSilents,
  alarm,
  cell,
  EPOCH,
  report,
  START_MS,
  startHub,
  type TestHub,
} from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

function verified(bytes: Buffer, hub: TestHub): Incidents {
  const sealed = unseal(bytes)
  expect(sealed.key).toBe(hub.key.publicKey)
  return checkIncidents(verifySealed('incidents', sealed, importPublicKey(hub.key.publicKey)))
}

/** The lists of incidents that a stream brings, one after the other. */
async function* listsOf(stream: IncomingMessage, hub: TestHub): AsyncGenerator<Incidents['incidents']> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.+)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data) yield verified(Buffer.from(data, 'base64url'), hub).incidents
    }
  }
}

describeStores('incidents', (on) => {
  let hub: TestHub
  beforeEach(async () => {
    hub = await startHub(on.store)
  })
  afterEach(() => hub.close())

  /** Whose last report includes the endpoints that alarms are about. */
  const reporting = async (key: SigningKey) => {
    const cells = ['-', 'eu-west-1'].map((region) => cell({ region }))
    expect((await hub.sendSigned('/v1/reports', report({ cells }), key)).status).toBe(202)
    return key
  }
  const addMember = async (...args: Parameters<typeof addSilent>) => reporting(await addSilent(...args))
  const addMembers = async (count: number) => Promise.all((await addSilents(on.store, count)).map(reporting))
  const list = async () => verified(Buffer.from((await send(`${hub.url}/v1/incidents`)).text), hub).incidents
  const say = async (key: SigningKey, state: 'failing' | 'back', change = {}) => {
    const answer = await hub.sendSigned(
      '/v1/alarms',
      alarm(state, { minute: Math.floor(hub.clock.ms / 60_000), ...change }),
      key,
    )
    expect(answer.status).toBe(202)
    return answer.json
  }

  test('five enrolments that agree open one, half of them coming back closes it', async () => {
    const members = await addMembers(6)
    for (const key of members.slice(0, 4)) await say(key, 'failing')
    expect(await list()).toEqual([])
    expect(await say(members[4]!, 'failing')).toEqual({ status: 'accepted', counts: true })
    const opened = {
      id: expect.any(String),
      provider: 'openai',
      model: 'gpt-4o-mini',
      region: '-',
      opened: START_MS / 60_000,
      members: 5,
    }
    expect(await list()).toEqual([opened])
    hub.clock.ms += 60_000
    for (const key of members.slice(0, 2)) await say(key, 'back')
    expect(await list()).toEqual([opened])
    await say(await addSilent(on.store), 'back')
    expect(await list()).toEqual([opened])
    await say(members[2]!, 'back')
    expect(await list()).toEqual([{ ...opened, closed: START_MS / 60_000 + 1 }])
  })

  test('members of one enrolment count once, and newcomers not at all', async () => {
    const invite = 'the-same'
    for (let member = 0; member < 6; member++) await say(await addMember(on.store, { invite }), 'failing')
    for (let member = 0; member < 6; member++) {
      const answer = await say(await addMember(on.store, { days: 1 }), 'failing')
      expect(answer).toMatchObject({ counts: false, message: expect.stringContaining('0.13') })
    }
    for (const key of await addMembers(3)) await say(key, 'failing')
    expect(await list()).toEqual([])
    await say(await addMember(on.store), 'failing')
    expect(await list()).toHaveLength(1)
  })

  test('agreement takes place within three minutes, on one endpoint', async () => {
    const members = await addMembers(9)
    for (const key of members.slice(0, 4)) await say(key, 'failing')
    await say(members[4]!, 'failing', { region: 'eu-west-1' })
    hub.clock.ms += 181_000
    await say(members[5]!, 'failing')
    expect(await list()).toEqual([])
    for (const key of [members[4]!, members[6]!, members[7]!, members[8]!]) await say(key, 'failing')
    expect(await list()).toHaveLength(1)
  })

  test('an alarm off the clock is refused, and one that is sent again changes nothing', async () => {
    const [key] = (await addMembers(1)) as [SigningKey]
    for (const minutes of [-7, 6, 180, -180]) {
      const answer = await hub.sendSigned('/v1/alarms', alarm('failing', { minute: START_MS / 60_000 + minutes }), key)
      expect([answer.status, answer.json?.error]).toEqual([401, expect.objectContaining({ code: 'clock_skew' })])
    }
    await say(key, 'failing')
    await say(key, 'back')
    hub.clock.ms += 60_000
    await hub.sendSigned('/v1/alarms', alarm('failing'), key)
    const rows = await on.store.db.selectFrom('alarms').select(['state', 'received_at']).execute()
    expect(rows).toEqual([{ state: 'back', received_at: START_MS / 1000 }])
  })

  test('an alarm of who has not reported the endpoint does not count', async () => {
    for (const key of await addSilents(on.store, 9))
      expect(await say(key, 'failing')).toMatchObject({ counts: false, message: expect.stringContaining('reports') })
    expect(await list()).toEqual([])
  })

  test('five keys alone hold no incident against those who use the endpoint', async () => {
    const attackers = await addMembers(5)
    const honest = await addMembers(8)
    for (const key of attackers) await say(key, 'failing')
    for (const key of honest) await say(key, 'back')
    expect(await list()).toMatchObject([{ closed: START_MS / 60_000 }])
    hub.clock.ms += 120_000
    for (const key of attackers) await say(key, 'failing')
    expect(await list()).toHaveLength(1)
  })

  test('reports of those who use it end it, and those of who holds it cost trust', async () => {
    const attackers = await addMembers(5)
    const honest = await addMembers(8)
    for (const key of attackers) await say(key, 'failing')
    expect(await list()).toHaveLength(1)
    expect((await list())[0]).not.toHaveProperty('closed')
    // Each minute of the whole next hour, and a while longer.
    for (let minute = 0; minute < 115; minute += 5) {
      hub.clock.ms += 300_000
      for (const key of attackers) await say(key, 'failing')
    }
    expect((await list())[0]).not.toHaveProperty('closed')
    const well = report({ epoch: EPOCH + 1, cells: [cell({ n: 200, kinds: { ok: 200 } })] })
    for (const key of honest.slice(0, 4)) await hub.sendSigned('/v1/reports', well, key)
    expect((await list())[0]).not.toHaveProperty('closed')
    await hub.sendSigned('/v1/reports', well, honest[4]!)
    expect((await list())[0]).toHaveProperty('closed')
    const trust = async () => (await say(attackers[0]!, 'failing'))?.counts
    expect(await trust()).toBe(true)
    await hub.sendSigned('/v1/reports', well, attackers[0]!)
    for (const epoch of [2, 3]) {
      for (let minute = 0; minute < 60; minute += 5) {
        hub.clock.ms += 300_000
        await say(attackers[0]!, 'failing')
      }
      await hub.sendSigned('/v1/reports', report({ epoch: EPOCH + epoch, cells: well.cells }), attackers[0]!)
    }
    hub.clock.ms += 60_000
    expect(await say(attackers[0]!, 'failing')).toMatchObject({
      counts: false,
      message: expect.stringMatching(/your trust is 0\.[0-2]/),
    })
  })

  test('five keys open nothing against a probe that succeeds, and lose trust when they insist', async () => {
    const attackers = await addMembers(5)
    const probed = async (failures: number) => {
      const about = { prober: 'hub', provider: 'openai', model: 'gpt-4o-mini', region: '-' }
      const state = { failures, time: hub.clock.ms / 1000 }
      await on.store.db
        .insertInto('probe_states')
        .values({ ...about, ...state })
        .onConflict((conflict) => conflict.columns(['provider', 'model', 'region', 'prober']).doUpdateSet(state))
        .execute()
    }
    await probed(0)
    for (const key of attackers) expect(await say(key, 'failing')).toMatchObject({ counts: true })
    expect(await list()).toEqual([])
    hub.clock.ms += 120_000
    await probed(0)
    hub.clock.ms += 60_000
    for (const key of attackers) await say(key, 'failing')
    expect(await list()).toEqual([])
    const { rows } = await sql<{ worst: number }>`select min(false_alarms) as worst from members`.execute(on.store.db)
    expect(rows[0]!.worst).toBeCloseTo(0.5, 2)
    // Two in a row that fail are one party's word.
    await on.store.db.deleteFrom('alarms').execute()
    await probed(2)
    for (const key of await addMembers(4)) await say(key, 'failing')
    expect(await list()).toMatchObject([{ members: 5 }])
  })

  test('one alarm a minute', async () => {
    const [key] = (await addMembers(1)) as [SigningKey]
    for (let burst = 0; burst < 3; burst++) await say(key, 'failing')
    expect((await hub.sendSigned('/v1/alarms', alarm('failing'), key)).status).toBe(429)
    hub.clock.ms += 60_000
    await say(key, 'failing')
  })

  test('a stream brings the list at once and at every change, also of another process', async () => {
    const members = await addMembers(5)
    // On PGlite there is one process only: the same hub twice.
    const store = on.server ? await openDatabase(on.place) : on.store
    const other = await startHub(store, { key: hub.key })
    const streams = await Promise.all([hub, other].map(({ url }) => open(`${url}/v1/incidents/stream`)))
    const lists = streams.map((stream) => listsOf(stream, hub))
    for (const own of lists) expect((await own.next()).value).toEqual([])
    for (const key of members) await say(key, 'failing')
    for (const own of lists) expect((await own.next()).value).toMatchObject([{ model: 'gpt-4o-mini', members: 5 }])
    await other.close()
    if (store !== on.store) await store.close()
    expect((await lists[1]!.next()).done).toBe(true)
    streams[0]!.destroy()
  })

  test('two processes that hear the alarms at once open one incident', async () => {
    const members = await addMembers(10)
    const store = on.server ? await openDatabase(on.place) : on.store
    const other = await startHub(store, { key: hub.key })
    const answers = await Promise.all(
      members.map((key, index) => (index % 2 ? hub : other).sendSigned('/v1/alarms', alarm('failing'), key)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
    expect(await on.store.db.selectFrom('incidents').select('members').execute()).toEqual([{ members: 10 }])
    await other.close()
    if (store !== on.store) await store.close()
  })

  test('is served as one document until it changes, and signed anew every minute', async () => {
    const get = (headers = {}) => send(`${hub.url}/v1/incidents`, { headers })
    const first = await get()
    expect(first.headers['cache-control']).toBe('public, max-age=5')
    expect((await get({ 'if-none-match': first.headers.etag! })).status).toBe(304)
    hub.clock.ms += 61_000
    const later = await get({ 'if-none-match': first.headers.etag! })
    expect([later.status, verified(Buffer.from(later.text), hub).time]).toEqual([200, hub.clock.ms / 1000])
  })
})
