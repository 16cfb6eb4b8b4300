/** Probers: enrolling, sending, and what becomes of it in the map. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { MAP_BYTES } from '../../../src/federation/protocol/limits.ts'
import { seal, unseal } from '../../../src/federation/protocol/signed.ts'
import type { Enrolment, HubMap, ProbeResult, ProbeResults } from '../../../src/federation/protocol/types.ts'
import { checkMap } from '../../../src/federation/protocol/validate.ts'
import { aggregate } from '../../../src/hub/aggregate/run.ts'
import { createInvites } from '../../../src/hub/enrolment/invites.ts'
import { setSuspended } from '../../../src/hub/enrolment/members.ts'
import { probeEvidence } from '../../../src/hub/probes/evidence.ts'
import { publishProbes } from '../../../src/hub/probes/publish-probes.ts'
import { suspects } from '../../../src/hub/probes/suspects.ts'
import { send } from '../../helpers/http.ts'
import {
  addMember,
  alarm,
  cell,
  EPOCH,
  EPOCH_S,
  report,
  START_MS,
  signedFor,
  startHub,
  type TestHub,
} from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

const NOW = START_MS / 1000
const ENDPOINT = { provider: 'groq', model: 'llama-3.3-70b-versatile', region: '-' }
const result = (fields: Partial<ProbeResult> = {}): ProbeResult => ({
  ...ENDPOINT,
  class: 'chat.lt1k.plain',
  time: NOW - 10,
  stream: true,
  kind: 'ok',
  ttft: 300,
  speed: 200,
  price: 0.6,
  ...fields,
})
const probes = (seq: number, results = [result()], fields: Partial<ProbeResults> = {}): ProbeResults => ({
  type: 'probes',
  v: '1.1',
  seq,
  continent: 'EU',
  place: 'fra',
  results,
  ...fields,
})

describeStores('probes', (on) => {
  let hub: TestHub
  let prober: SigningKey
  beforeEach(async () => {
    hub = await startHub(on.store, { pollMs: 20 })
    prober = await enrolled('prober')
  })
  afterEach(() => hub.close())

  async function enrolled(role: 'member' | 'prober'): Promise<SigningKey> {
    const key = generateSigningKey()
    const [code] = await createInvites(on.store.db, fingerprint(hub.key.publicKey), { role }, NOW)
    const enrolment: Enrolment = { type: 'enrolment', v: '1.0', invite: code!, continent: 'EU' }
    expect((await hub.sendSigned('/v1/members', enrolment, key)).status).toBe(201)
    return key
  }
  const post = (document: ProbeResults, key = prober) => hub.sendSigned('/v1/probes', document, key)
  const settings = () => ({ key: hub.key, epochSeconds: EPOCH_S, k: 5 })
  const newest = async () => {
    const { document } = await on.store.db
      .selectFrom('maps')
      .select('document')
      .orderBy('epoch', 'desc')
      .executeTakeFirstOrThrow()
    return checkMap(JSON.parse(unseal(document).payload.toString())) as HubMap
  }

  test('one request of one prober is in the map at once, apart from members', async () => {
    expect((await post(probes(1))).status).toBe(202)
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    const map = await newest()
    expect(map.cells).toEqual([])
    expect(map.probes).toEqual([
      expect.objectContaining({ ...ENDPOINT, source: 'probe', continent: 'EU', class: 'chat.lt1k.plain', n: 1 }),
    ])
  })

  test('within an epoch the map is written anew, and served', async () => {
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    expect((await newest()).probes).toBeUndefined()
    await post(probes(1))
    expect(await publishProbes(on.store, hub, NOW)).toBe(true)
    expect(await publishProbes(on.store, hub, NOW)).toBe(false)
    const map = await newest()
    expect([map.epoch, map.probes?.length]).toEqual([EPOCH - 1, 1])
    while (!(await send(`${hub.url}/v1/map`)).text.includes('"source":"probe"')) {}
  })

  test('what a prober measured that left, or says nothing for a day, leaves the map', async () => {
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    const other = await enrolled('prober')
    await post(probes(1))
    await post(probes(1, [result({ model: 'other' })]), other)
    expect(await publishProbes(on.store, hub, NOW)).toBe(true)
    const models = async () => (await newest()).probes?.map(({ model }) => model).sort()
    expect(await models()).toEqual([ENDPOINT.model, 'other'].sort())
    await setSuspended(on.store.db, fingerprint(other.publicKey), true)
    expect(await publishProbes(on.store, hub, NOW)).toBe(true)
    expect(await models()).toEqual([ENDPOINT.model])
    expect(await publishProbes(on.store, hub, NOW + 90_000)).toBe(true)
    expect((await newest()).probes).toBeUndefined()
    expect(await publishProbes(on.store, hub, NOW + 90_000)).toBe(false)
  })

  test('what members pass over leaves no more room than there is', async () => {
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    const entry = (at: number) => ({ provider: 'groq', model: `model-${at}`, as_of: EPOCH - 1, members: 5 })
    const each = JSON.stringify(entry(10_000)).length + 1
    const full = Array.from({ length: Math.floor((MAP_BYTES - 1_200) / each) }, (_, at) => entry(10_000 + at))
    const map: HubMap = { ...(await newest()), passed_over: full }
    const document = seal(map, hub.key)
    await on.store.db.updateTable('maps').set({ document }).execute()
    await post(probes(1))
    expect(await publishProbes(on.store, hub, NOW)).toBe(true)
    const row = await on.store.db.selectFrom('maps').select('document').executeTakeFirstOrThrow()
    expect(row.document.length).toBeLessThanOrEqual(MAP_BYTES)
  })

  test('each document counts once', async () => {
    const answers = [await post(probes(5)), await post(probes(5)), await post(probes(4)), await post(probes(6))]
    expect(answers.map(({ status, json }) => [status, json?.status])).toEqual([
      [202, 'accepted'],
      [200, 'already'],
      [200, 'already'],
      [202, 'accepted'],
    ])
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    expect((await newest()).probes?.[0]?.n).toBeCloseTo(2)
  })

  test('a prober only probes, and a member does not', async () => {
    const member = await enrolled('member')
    const refused = [
      await post(probes(1), member),
      await hub.sendSigned('/v1/reports', report(), prober),
      await hub.sendSigned('/v1/alarms', alarm('failing'), prober),
    ]
    expect(refused.map(({ status, json }) => [status, (json?.error as { code?: string } | undefined)?.code])).toEqual([
      [403, 'wrong_role'],
      [403, 'wrong_role'],
      [403, 'wrong_role'],
    ])
    expect((await post(probes(1), generateSigningKey())).status).toBe(401)
  })

  test.each([
    ['a place that is a sentence', probes(1, undefined, { place: 'my cellar' }), 'invalid'],
    ['no results', probes(1, []), 'invalid'],
    ['a kind that says nothing of an endpoint', probes(1, [result({ kind: 'caller_invalid' as never })]), 'invalid'],
    ['a field of its own', probes(1, [{ ...result(), prompt: 'x' } as never]), 'invalid'],
    ['one of the day before yesterday', probes(1, [result({ time: NOW - 90_000 })]), 'epoch_too_old'],
    ['one of tomorrow', probes(1, [result({ time: NOW + 3_600 })]), 'clock_skew'],
  ])('%s is refused', async (_, document, code) => {
    expect((await post(document)).json?.error).toMatchObject({ code })
  })

  test('a failure twice in a row is evidence, an answer takes it back; tools called badly are none', async () => {
    const evidence = async () => (await probeEvidence(on.store.db, ENDPOINT, NOW))?.state
    await post(probes(1, [result({ kind: 'provider_error', time: NOW - 90 })]))
    expect(await evidence()).toBeUndefined()
    await post(probes(2, [result({ kind: 'provider_timeout_connect', time: NOW - 60 })]))
    expect(await evidence()).toBe('failing')
    await post(probes(3, [result({ time: NOW - 30 })]))
    expect(await evidence()).toBe('back')
    const malformed = { kind: 'provider_malformed', class: 'chat.lt1k.structured' } as const
    await post(probes(4, [result({ ...malformed, time: NOW - 20 }), result({ ...malformed, time: NOW - 10 })]))
    expect(await evidence()).toBe('back')
  })

  test('a prober that is suspended is refused at once, and what it sent counts no longer', async () => {
    const failing = { kind: 'provider_error' } as const
    await post(probes(1, [result({ ...failing, time: NOW - 90 }), result({ ...failing, time: NOW - 60 })]))
    expect((await probeEvidence(on.store.db, ENDPOINT, NOW))?.state).toBe('failing')
    await setSuspended(on.store.db, fingerprint(prober.publicKey), true)
    expect((await post(probes(2))).json?.error).toMatchObject({ code: 'suspended' })
    expect(await probeEvidence(on.store.db, ENDPOINT, NOW)).toBeUndefined()
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    expect((await newest()).probes).toBeUndefined()
  })

  test('one trusted member that uses an endpoint makes the hub look at it, and a prober elsewhere', async () => {
    const key = await addMember(on.store)
    await hub.sendSigned('/v1/alarms', alarm('failing'), key)
    await on.store.db.updateTable('alarms').set({ uses: true }).execute()
    const path = '/v1/probes/suspects'
    const ask = (signer: SigningKey) =>
      send(`${hub.url}${path}`, { headers: { authorization: signedFor(signer, 'GET', path) } })
    const { provider, model, region } = alarm('failing')
    expect((await ask(prober)).json).toEqual({ endpoints: [{ provider, model, region }] })
    expect((await ask(key)).json?.error).toMatchObject({ code: 'wrong_role' })
    expect((await send(`${hub.url}${path}`)).status).toBe(401)
  })

  test('two members that use an endpoint make the hub look at it, two that do not make it spend nothing', async () => {
    const [one, two] = [await addMember(on.store, { days: 0 }), await addMember(on.store, { days: 0 })]
    for (const key of [one, two]) await hub.sendSigned('/v1/alarms', alarm('failing'), key)
    expect(await suspects(on.store.db, NOW)).toEqual([])
    const { provider, model, region } = alarm('failing')
    await on.store.db.updateTable('alarms').set({ uses: true }).execute()
    expect(await suspects(on.store.db, NOW)).toEqual([{ provider, model, region }])
    await on.store.db.deleteFrom('alarms').where('member', '=', fingerprint(two.publicKey)).execute()
    expect(await suspects(on.store.db, NOW)).toEqual([])
  })

  test("probes leave members' cells as they are", async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => addMember(on.store)))
    for (const key of keys) await hub.sendSigned('/v1/reports', report({ cells: [cell({ ...ENDPOINT })] }), key)
    await post(probes(1))
    await aggregate(on.store, settings(), EPOCH - 1, NOW)
    const map = await newest()
    expect(map.cells.length).toBeGreaterThan(0)
    expect(map.cells.every(({ members }) => members === 5)).toBe(true)
    expect(map.probes).toHaveLength(1)
  })
})
