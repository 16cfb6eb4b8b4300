/** A private hub: who may read it, who may join, and what two members agree on. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { VERSION } from '../../../src/federation/protocol/version.ts'
import { forgetMember } from '../../../src/hub/enrolment/forget.ts'
import { createInvites } from '../../../src/hub/enrolment/invites.ts'
import { setSuspended } from '../../../src/hub/enrolment/members.ts'
import { loadSettings, readKeyOf, renewReadKey } from '../../../src/hub/settings.ts'
import { send } from '../../helpers/http.ts'
import {
  addMember,
  addMembers,
  alarm,
  cell,
  report,
  signedFor,
  startHub,
  type TestHub,
} from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

const READS = ['/', '/v1/map', '/v1/history.json', '/v1/incidents', '/v1/incidents/stream', '/assets/x.js', '/nothing']

describeStores('a private hub', (on) => {
  let hub: TestHub
  let readKey: string
  beforeEach(async () => {
    const settings = await loadSettings(on.store, { private: true })
    expect(settings).toMatchObject({ private: true, k: 1, epochSeconds: 60 })
    readKey = settings.readKey!
    hub = await startHub(on.store, { key: settings.key, k: 1, private: true, readKey, pollMs: 20 })
  })
  afterEach(() => hub.close())

  const status = async (path: string, authorization?: string) =>
    (await send(`${hub.url}${path}`, { headers: authorization ? { authorization } : {} })).status
  const basic = (password: string) => `Basic ${Buffer.from(`me:${password}`).toString('base64')}`

  test('is read by nobody without its key', async () => {
    for (const path of [...READS, '/metrics']) {
      const expected = path === '/metrics' ? 404 : 401
      for (const authorization of [undefined, 'Bearer wrong', basic('wrong'), basic('')])
        expect([path, authorization, await status(path, authorization)]).toEqual([path, authorization, expected])
    }
    const answer = await send(`${hub.url}/`)
    expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    expect(answer.json?.error).toMatchObject({ code: 'key_needed' })
    expect(await status('/healthz')).toBe(200)
    expect((await send(`${hub.url}/v1/hub`)).json).toMatchObject({ private: true, k: 1, v: VERSION })
  })

  test('is read with its key, by browsers and by scripts, and what is read stays out of shared caches', async () => {
    for (const authorization of [`Bearer ${readKey}`, basic(readKey)]) {
      expect(await status('/v1/map', authorization)).toBe(503)
      expect(await status('/metrics', authorization)).toBe(200)
      expect(await status('/nothing', authorization)).toBe(404)
    }
    const page = await send(`${hub.url}/`, { headers: { authorization: basic(readKey) } })
    expect([page.status, page.headers['cache-control'], page.headers.vary]).toEqual([
      200,
      'private, max-age=30',
      expect.stringContaining('authorization'),
    ])
  })

  describe('in a browser', () => {
    const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const signIn = (key: string, to = '', headers = {}, from = hub) =>
      send(`${from.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ key, to }).toString(),
      })
    const cookieOf = (answer: { headers: Record<string, unknown> }) =>
      String(answer.headers['set-cookie']).split(';')[0]!
    const asked = async (path: string, cookie?: string) =>
      (await send(`${hub.url}${path}`, { headers: { ...html, ...(cookie && { cookie }) } })).status

    test('has a form to sign in with where it may not read, which leads to where one wanted to go', async () => {
      const page = await send(`${hub.url}/models/a/b?size=lt1k&x="<`, { headers: html })
      expect(page.status).toBe(401)
      // Basic would have the browser ask before it shows the form.
      expect(page.headers['www-authenticate']).toBe('Bearer realm="hub"')
      expect(page.headers['cache-control']).toBe('no-store')
      expect(page.text).toContain('action="../../sign-in"')
      expect(page.text).not.toContain('"<')
      const answer = await signIn(readKey, 'models/a/b?size=lt1k')
      expect([answer.status, answer.headers.location]).toEqual([303, './models/a/b?size=lt1k'])
      expect(String(answer.headers['set-cookie'])).toMatch(
        /^hub-session=\d+\.[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
      )
      expect(String(answer.headers['set-cookie'])).not.toContain(readKey)
      expect(await asked('/', cookieOf(answer))).toBe(200)
      expect(await asked('/v1/map', cookieOf(answer))).toBe(503)
    })

    test('leads nowhere but to this hub', async () => {
      for (const to of [
        'https://evil.example/x',
        '//evil.example/x',
        '\\\\evil.example',
        'javascript:alert(1)',
        '\n\r',
      ])
        expect(String((await signIn(readKey, to)).headers.location)).toMatch(/^\.\/(?!\/)[^\n\\]*$/)
    })

    test('is refused with another key, a forged or an old cookie', async () => {
      for (const key of ['', 'wrong', `${readKey}x`]) {
        const answer = await signIn(key)
        expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined])
      }
      const cookie = cookieOf(await signIn(readKey))
      const [, until, signature] = /=(\d+)\.(.*)$/.exec(cookie)!
      const flipped = `${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`
      for (const forged of [`${Number(until) + 1}.${signature}`, `${until}.${flipped}`, `${until}.`, `x${until}`])
        expect([forged, await asked('/', `hub-session=${forged}`)]).toEqual([forged, 401])
      expect(await asked('/', `other=1; ${cookie}`)).toBe(200)
      hub.clock.ms += 31 * 86_400_000
      expect(await asked('/', cookie)).toBe(401)
    })

    test('guesses few keys', async () => {
      const statuses = await Promise.all(Array.from({ length: 40 }, () => signIn('wrong')))
      expect(statuses.filter(({ status }) => status === 429).length).toBeGreaterThan(5)
    })

    test('keeps its cookie to https where that is how it came', async () => {
      const behindProxy = await signIn(readKey, '', { 'x-forwarded-proto': 'https' })
      expect(String(behindProxy.headers['set-cookie'])).toMatch(/; Secure$/)
    })

    test('signs out, and is signed out by another key', async () => {
      const cookie = cookieOf(await signIn(readKey))
      expect((await send(`${hub.url}/sign-in`, { headers: { ...html, cookie } })).text).toContain('You are signed in')
      const out = await send(`${hub.url}/sign-out`, { method: 'POST', headers: { cookie } })
      expect([out.status, out.headers.location]).toEqual([303, './sign-in'])
      expect(String(out.headers['set-cookie'])).toMatch(/^hub-session=; Path=\/; Max-Age=0;/)
      await renewReadKey(on.store.db)
      await expect.poll(() => asked('/', cookie)).toBe(401)
    })
  })

  test('another key takes the place of the first, in every process', async () => {
    const other = await renewReadKey(on.store.db)
    await expect.poll(() => status('/', `Bearer ${other}`)).toBe(200)
    expect(await status('/', `Bearer ${readKey}`)).toBe(401)
  })

  test('another key ends the streams that the first one opened, and no member’s', async () => {
    const path = '/v1/incidents/stream'
    const stream = async (authorization: string) => {
      const { body } = await fetch(`${hub.url}${path}`, { headers: { authorization } })
      const reader = body!.getReader()
      expect((await reader.read()).done).toBe(false)
      return reader
    }
    const byKey = await stream(`Bearer ${readKey}`)
    const byMember = await stream(signedFor(await addMember(on.store), 'GET', path))
    await renewReadKey(on.store.db)
    expect((await byKey.read()).done).toBe(true)
    expect(
      (await send(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${await readKeyOf(on.store.db)}` } })).text,
    ).toContain('hub_streams_open 1')
    await byMember.cancel()
  })

  test('is read by members, who sign, and by no stranger', async () => {
    const key = await addMember(on.store)
    const suspended = await addMember(on.store, { status: 'suspended' })
    for (const path of ['/v1/map', '/v1/history.json'])
      expect(await status(path, signedFor(key, 'GET', path))).toBe(503)
    expect(await status('/v1/incidents', signedFor(key, 'GET', '/v1/incidents'))).toBe(200)
    expect(await status('/v1/incidents', signedFor(key, 'GET', '/v1/map'))).toBe(401)
    expect(await status('/v1/incidents', signedFor(suspended, 'GET', '/v1/incidents'))).toBe(403)
    expect(await status('/v1/incidents', signedFor(generateSigningKey(), 'GET', '/v1/incidents'))).toBe(401)
  })

  test('is read no longer by a member from the moment that it is suspended, or left', async () => {
    const key = await addMember(on.store)
    const read = () => status('/v1/incidents', signedFor(key, 'GET', '/v1/incidents'))
    expect(await read()).toBe(200)
    await setSuspended(on.store.db, fingerprint(key.publicKey), true)
    expect(await read()).toBe(403)
    await setSuspended(on.store.db, fingerprint(key.publicKey), false)
    expect(await read()).toBe(200)
    // Through another process of the hub.
    await forgetMember(on.store.db, fingerprint(key.publicKey))
    expect(await read()).toBe(401)
  })

  test('takes who knows that it is private, each as one by itself', async () => {
    const [invite] = await createInvites(on.store.db, fingerprint(hub.key.publicKey), { uses: 3 }, 0)
    await on.store.db.updateTable('invites').set({ expires_at: 1e12 }).execute()
    const keys = [generateSigningKey(), generateSigningKey()]
    const join = (key: SigningKey, more: object) =>
      hub.sendSigned('/v1/members', { type: 'enrolment', v: '1.1', invite, continent: 'EU', ...more } as never, key)
    const unaware = await join(keys[0]!, { v: '1.0' })
    expect([unaware.status, unaware.json?.error]).toEqual([
      422,
      { code: 'invalid', message: expect.stringContaining('private') },
    ])
    for (const key of keys) expect((await join(key, { private: true })).status).toBe(201)
    const members = await on.store.db.selectFrom('members').select(['id', 'cohort']).execute()
    expect(members.map(({ cohort }) => cohort)).toEqual(members.map(({ id }) => id))
  })

  test('two members that agree open an incident', async () => {
    const members = await addMembers(on.store, 2)
    for (const key of members)
      await hub.sendSigned('/v1/reports', report({ cells: [cell({ n: 7, kinds: { ok: 7 } })] }), key)
    const open = async () =>
      (await on.store.db.selectFrom('incidents').select('members').execute()).map((row) => row.members)
    await hub.sendSigned('/v1/alarms', alarm('failing'), members[0]!)
    expect(await open()).toEqual([])
    await hub.sendSigned('/v1/alarms', alarm('failing'), members[1]!)
    expect(await open()).toEqual([2])
  })
})
