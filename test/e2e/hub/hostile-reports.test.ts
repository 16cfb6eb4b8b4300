/** What a hub must withstand of those who send reports: refused with a code, and nothing stored. */
import { sign } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { seal } from '../../../src/federation/protocol/signed.ts'
import { send } from '../../helpers/http.ts'
import { addMember, cell, EPOCH, EPOCH_S, report, signedFor, startHub, type TestHub } from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

const GZIP = { 'content-encoding': 'gzip' }

/** A signed document of any text, JSON or not. */
function sealText(text: string, key: SigningKey, type = 'report'): Buffer {
  const sig = sign(null, Buffer.from(`commonroute/v1/${type}\n${text}`), key.privateKey).toString('base64url')
  return Buffer.from(`${JSON.stringify({ key: key.publicKey, sig })}\n${text}`)
}

/** The text of a report with something else in the place of a cell's `n`. */
const withN = (n: string) => JSON.stringify(report({ cells: [cell({ n: 12_345 })] })).replace('12345', n)
const withCells = (cells: string) => JSON.stringify(report({ cells: [] })).replace('"cells":[]', `"cells":${cells}`)

describeStores('hostile reports', (on) => {
  let hub: TestHub
  let key: SigningKey
  beforeEach(async () => {
    hub = await startHub(on.store)
    key = await addMember(on.store)
  })
  afterEach(() => hub.close())

  const post = (bytes: Buffer) => hub.post('/v1/reports', gzipSync(bytes), GZIP)
  const stored = () => on.store.db.selectFrom('reports').select(['member', 'epoch']).orderBy('epoch').execute()
  const refusal = async (bytes: Buffer) => {
    const { status, json } = await post(bytes)
    return { status, ...(json?.error as { code: string; message: string }) }
  }

  test('duplicates and reordered reports are counted once each', async () => {
    const sent = [3, 1, 2, 3, 1].map((back) => hub.sendSigned('/v1/reports', report({ epoch: EPOCH - back }), key))
    const answers = await Promise.all(sent)
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 202, 202, 202])
    const member = fingerprint(key.publicKey)
    expect(await stored()).toEqual([3, 2, 1].map((back) => ({ member, epoch: EPOCH - back })))
  })

  test('another report for an epoch that is taken is a conflict', async () => {
    expect((await post(seal(report(), key))).status).toBe(202)
    expect(await refusal(seal(report({ cells: [] }), key))).toMatchObject({ status: 409, code: 'conflict' })
    expect(await stored()).toHaveLength(1)
  })

  test("a captured report is its own member's, whoever sends it", async () => {
    const other = await addMember(on.store)
    const captured = seal(report(), key)
    const payload = captured.subarray(captured.indexOf('\n') + 1).toString()
    const envelope = JSON.parse(captured.subarray(0, captured.indexOf('\n')).toString())
    const stolen = Buffer.from(`${JSON.stringify({ ...envelope, key: other.publicKey })}\n${payload}`)
    expect(await refusal(stolen)).toMatchObject({ status: 401, code: 'bad_signature' })
    const forged = Buffer.from(`${JSON.stringify({ key: key.publicKey, sig: 'A'.repeat(86) })}\n${payload}`)
    expect(await refusal(forged)).toMatchObject({ status: 401, code: 'bad_signature' })
    const changed = Buffer.from(captured.toString().replace('"n":100', '"n":105'))
    expect(await refusal(changed)).toMatchObject({ status: 401, code: 'bad_signature' })
    expect(await refusal(sealText(payload, key, 'alarm'))).toMatchObject({ status: 401, code: 'bad_signature' })
    expect(await stored()).toEqual([])
    expect([(await post(captured)).status, (await post(captured)).status]).toEqual([202, 200])
  })

  test('who is no member, was suspended or left is refused', async () => {
    expect(await refusal(seal(report(), generateSigningKey()))).toMatchObject({ status: 401, code: 'unknown_member' })
    expect(await refusal(seal(report(), await addMember(on.store, { status: 'suspended' })))).toMatchObject({
      status: 403,
      code: 'suspended',
    })
    const authorization = signedFor(key, 'DELETE', '/v1/members/me')
    expect((await send(`${hub.url}/v1/members/me`, { method: 'DELETE', headers: { authorization } })).status).toBe(200)
    expect(await refusal(seal(report(), key))).toMatchObject({ status: 401, code: 'unknown_member' })
    expect(await stored()).toEqual([])
  })

  test('whoever is suspended by another process is refused from the next report on', async () => {
    expect((await post(seal(report(), key))).status).toBe(202)
    await on.store.db.updateTable('members').set({ status: 'suspended' }).execute()
    expect(await refusal(seal(report({ epoch: EPOCH - 2 }), key))).toMatchObject({ status: 403, code: 'suspended' })
    await on.store.db.updateTable('members').set({ status: 'active' }).execute()
    expect((await post(seal(report({ epoch: EPOCH - 2 }), key))).status).toBe(202)
  })

  test.each([
    ['of the epoch that runs', 0, 'epoch_not_over', 409],
    ['three hours ahead', 3, 'epoch_not_over', 409],
    ['of yesterday', -26, 'epoch_too_old', 410],
    ['of 1970', -EPOCH, 'epoch_too_old', 410],
    ['of the year 450,000', 3.9e12, 'epoch_not_over', 409],
  ])('a report %s is refused, and told the time of the hub', async (_what, ahead, code, status) => {
    const refused = await refusal(seal(report({ epoch: EPOCH + ahead }), key))
    expect(refused).toMatchObject({
      status,
      code,
      message: expect.stringContaining(new Date(hub.clock.ms).toISOString().slice(0, 16)),
    })
    expect(await stored()).toEqual([])
  })

  test('is told when to come again while the epoch is not over', async () => {
    const answer = await hub.sendSigned('/v1/reports', report({ epoch: EPOCH }), key)
    expect(answer.headers['retry-after']).toBe(String(EPOCH_S - 600))
  })

  test.each([
    ['1e308', withN('1e308'), 'invalid', '/cells/0/n'],
    ['a number too large for a double', withN('1e999'), 'invalid', '/cells/0/n'],
    ['a negative count', withN('-5'), 'invalid', '/cells/0/n'],
    ['half a request', withN('0.5'), 'invalid', '/cells/0/n'],
    ['NaN', withN('NaN'), 'bad_json', 'JSON'],
    ['a count in quotes', withN('"5"'), 'invalid', '/cells/0/n'],
    ['null for cells', withCells('null'), 'invalid', '/cells'],
    ['501 cells', withCells(`[${'{},'.repeat(500)}{}]`), 'invalid', '/cells'],
    ['a cell twice', withCells(JSON.stringify([cell(), cell()])), 'invalid', '/cells/1'],
    ['__proto__', withCells('[]').replace('{', '{"__proto__":{"epoch":1},'), 'invalid', '__proto__'],
    [
      'constructor in a cell',
      withN('5').replace('"region"', '"constructor":{"prototype":{}},"region"'),
      'invalid',
      '/cells/0',
    ],
    ['toString as a kind', withN('5').replace('"ok"', '"toString"'), 'invalid', '/cells/0/kinds'],
    ['an unknown field', withCells('[]').replace('{', '{"prompt":"secret",'), 'invalid', 'prompt'],
    ['a URL for a model', withN('5').replace('gpt-4o-mini', 'https://10.0.0.1/v1'), 'invalid', '/cells/0/model'],
    ['a zero byte in a name', withN('5').replace('gpt-4o-mini', 'gpt\\u0000'), 'invalid', '/cells/0/model'],
    ['no object', '[]', 'wrong_version', 'version'],
    ['null', 'null', 'wrong_version', 'version'],
    ['nothing', '', 'bad_json', 'JSON'],
    ['another major version', withCells('[]').replace('1.0', '2.0'), 'wrong_version', 'v2'],
    ['a newer minor version', withCells('[]').replace('1.0', '1.7'), 'wrong_version', 'v1.7'],
    ['an alarm that says it is a report', JSON.stringify({ type: 'alarm', v: '1.0' }), 'invalid', ''],
    ['brackets without end', withCells('['.repeat(100_000)), 'bad_json', 'JSON'],
    ['brackets that end', withCells(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), 'invalid', '/cells'],
  ])('%s is refused, with the place', async (_what, text, code, place) => {
    expect(await refusal(sealText(text, key))).toMatchObject({ code, message: expect.stringContaining(place) })
    expect(({} as { epoch?: number }).epoch).toBeUndefined()
    expect(await stored()).toEqual([])
  })

  test('a million cells and zip bombs are refused before they are read', async () => {
    const million = sealText(withCells(`[${'{},'.repeat(999_999)}{}]`), key)
    expect(await refusal(million)).toMatchObject({ status: 413, code: 'too_large' })
    expect(await refusal(Buffer.alloc(200_000_000))).toMatchObject({ status: 413, code: 'too_large' })
    expect((await post(seal(report(), key))).status).toBe(202)
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'not_signed'],
    ['no envelope', Buffer.from('{"type":"report"}'), 'not_signed'],
    ['an envelope of kilobytes', Buffer.from(`{"key":"${'a'.repeat(5000)}"}\n{}`), 'not_signed'],
    [
      'an envelope with more in it',
      Buffer.from(`{"key":"${'a'.repeat(43)}","sig":"${'a'.repeat(86)}","x":1}\n{}`),
      'not_signed',
    ],
    ['a key that is none', Buffer.from(`{"key":"${'_'.repeat(43)}","sig":"${'a'.repeat(86)}"}\n{}`), 'bad_signature'],
  ])('%s is not signed', async (_what, bytes, code) => {
    expect(await refusal(bytes)).toMatchObject({ status: 401, code })
  })

  test('too many reports of one member are put off, and nobody else suffers', async () => {
    const limits = { member: { report: { perMinute: 1, burst: 2 }, alarm: RATE, request: RATE, influence: RATE } }
    const strict = await startHub(on.store, { limits })
    const other = await addMember(on.store)
    const answers = []
    for (const back of [1, 2, 3])
      answers.push(await strict.sendSigned('/v1/reports', report({ epoch: EPOCH - back }), key))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429])
    expect([answers[2]!.headers['retry-after'], answers[2]!.json?.error]).toEqual([
      '60',
      expect.objectContaining({ code: 'rate_limited' }),
    ])
    expect((await strict.sendSigned('/v1/reports', report(), other)).status).toBe(202)
    strict.clock.ms += 60_000
    expect((await strict.sendSigned('/v1/reports', report({ epoch: EPOCH - 3 }), key)).status).toBe(202)
    await strict.close()
  })
})

const RATE = { perMinute: 60, burst: 60 }
