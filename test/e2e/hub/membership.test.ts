/** Joining, looking at oneself, leaving. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import type { Enrolment } from '../../../src/federation/protocol/types.ts'
import { createInvites } from '../../../src/hub/enrolment/invites.ts'
import { type Answered, send } from '../../helpers/http.ts'
import {
  addMember,
  alarm,
  EPOCH,
  report,
  START_MS,
  signedFor,
  startHub,
  type TestHub,
} from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

const ME = '/v1/members/me'
const problemOf = ({ json }: Answered) => json?.error as { code: string; message: string }

interface Asked {
  method?: string
  path?: string
  time?: number
  /** What the signature is for; default: what is asked. */
  signed?: { method: string; path: string }
}

describeStores('membership', (on) => {
  let hub: TestHub
  beforeEach(async () => {
    hub = await startHub(on.store)
  })
  afterEach(() => hub.close())

  const invite = async (options = {}) =>
    (await createInvites(on.store.db, fingerprint(hub.key.publicKey), options, START_MS / 1000))[0]!
  const enrol = (code: string, key: SigningKey) =>
    hub.sendSigned('/v1/members', { type: 'enrolment', v: '1.0', invite: code, continent: 'EU' } as Enrolment, key)
  const ask = (
    key: SigningKey,
    { method = 'GET', path = ME, time = START_MS / 1000, signed = { method, path } }: Asked = {},
  ) =>
    send(`${hub.url}${path}`, { method, headers: { authorization: signedFor(key, signed.method, signed.path, time) } })

  test('an invite enrols one key, once; the same key again is told so', async () => {
    const [code, key] = [await invite(), generateSigningKey()]
    const joined = { member: fingerprint(key.publicKey), k: 5, epoch_seconds: 3_600 }
    const answers = [await enrol(code, key), await enrol(code, key), await enrol(code, generateSigningKey())]
    expect(answers.map(({ status, json }) => [status, json])).toEqual([
      [201, joined],
      [200, joined],
      [403, { error: { code: 'invite_used', message: expect.any(String) } }],
    ])
    expect((await hub.sendSigned('/v1/reports', report(), key)).status).toBe(202)
    const status = {
      member: joined.member,
      status: 'active',
      trust: 0.1,
      joined: START_MS / 1000,
      last_epoch: EPOCH - 1,
      reports: 1,
    }
    expect((await ask(key)).json).toEqual(status)
  })

  test('who leaves is forgotten', async () => {
    const key = await addMember(on.store)
    await hub.sendSigned('/v1/reports', report(), key)
    await hub.sendSigned('/v1/alarms', alarm('failing'), key)
    expect((await ask(key, { path: `${ME}/influence` })).json).toEqual({ epoch: null, influence: [] })
    expect((await ask(key, { method: 'DELETE' })).status).toBe(200)
    for (const table of ['reports', 'alarms', 'contributions'] as const) {
      expect(await on.store.db.selectFrom(table).selectAll().execute()).toEqual([])
    }
    for (const again of [
      await ask(key),
      await ask(key, { method: 'DELETE' }),
      await ask(key, { path: `${ME}/influence` }),
    ]) {
      expect([again.status, again.json?.error]).toEqual([401, expect.objectContaining({ code: 'unknown_member' })])
    }
  })

  test('a signed request is for one method, one path and these five minutes', async () => {
    const key = await addMember(on.store)
    const code = async (options: Parameters<typeof ask>[1]) => problemOf(await ask(key, options)).code
    expect(await code({ method: 'DELETE', signed: { method: 'GET', path: ME } })).toBe('bad_signature')
    expect(await code({ path: `${ME}/influence`, signed: { method: 'GET', path: ME } })).toBe('bad_signature')
    expect(await code({ path: `${ME}?x=1`, signed: { method: 'GET', path: ME } })).toBe('bad_signature')
    for (const hours of [-3, 3]) expect(await code({ time: START_MS / 1000 + hours * 3_600 })).toBe('clock_skew')
    const late = await ask(key, { time: START_MS / 1000 + 301 })
    expect(problemOf(late).message).toContain(new Date(START_MS).toISOString().slice(0, 19))
    expect((await ask(key, { time: START_MS / 1000 - 299 })).status).toBe(200)
    expect((await ask(generateSigningKey())).json?.error).toMatchObject({ code: 'unknown_member' })
    for (const authorization of ['', 'Signed', 'Signed !!', 'Bearer x', `Signed ${'A'.repeat(9_000)}`]) {
      const answer = await send(`${hub.url}${ME}`, { headers: { authorization } })
      expect([answer.status, answer.json?.error]).toEqual([401, expect.objectContaining({ code: 'not_signed' })])
    }
  })

  test('a few enrolments at once from one address, then some a minute', async () => {
    const code = await invite({ uses: 100 })
    const statuses = []
    for (let count = 0; count < 32; count++) statuses.push((await enrol(code, generateSigningKey())).status)
    expect(statuses).toEqual([...Array(30).fill(201), 429, 429])
    hub.clock.ms += 60_000
    expect((await enrol(code, generateSigningKey())).status).toBe(201)
  })
})
