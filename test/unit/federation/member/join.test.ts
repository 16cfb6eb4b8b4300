import { afterEach, beforeEach, expect, test } from 'vitest'
import { readMembership } from '../../../../src/federation/member/membership/identity.ts'
import { askHub, enrol } from '../../../../src/federation/member/membership/join.ts'
import { createInvite } from '../../../../src/federation/protocol/invite.ts'
import { fingerprint, generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { unseal } from '../../../../src/federation/protocol/signed.ts'
import { succeed } from '../../../../src/federation/protocol/succession.ts'
import type { HubInfo } from '../../../../src/federation/protocol/types.ts'
import { checkHubInfo } from '../../../../src/federation/protocol/validate.ts'
import { isDone } from '../../../../src/federation/protocol/work.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

const NOW = Date.UTC(2026, 0, 5)
const HUB = 'https://hub.example'
const key = generateSigningKey()
const own = fingerprint(key.publicKey)
const invite = createInvite(own)
const info: HubInfo = { v: '1.1', name: 'Hub', key: key.publicKey, epoch_seconds: 3600, k: 5, time: NOW / 1000 }

let directory: string
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => removeDirectory(directory))

const ask = (changes: object, introduction = { code: invite } as object) =>
  askHub({ info: async () => checkHubInfo({ ...info, ...changes }) }, HUB, introduction)

/** What is sent to a hub that says this of itself. */
async function sent(changes: object, introduction = { code: invite } as object) {
  const offer = await ask(changes, introduction)
  let payload: Record<string, unknown> = {}
  let member = ''
  const client = {
    enrol: async (document: Buffer) => {
      const sealed = unseal(document)
      payload = JSON.parse(sealed.payload.toString())
      member = sealed.key
      return { member: fingerprint(sealed.key), k: offer.info.k, epochSeconds: offer.info.epoch_seconds }
    },
  }
  await enrol(client, directory, offer, { noise: false, continent: 'EU' }, NOW)
  return { payload, member }
}

test('a hub of minor 0 is sent what it knows, and nothing more', async () => {
  const { payload } = await sent({ v: '1.0' })
  expect(payload).toEqual({ type: 'enrolment', v: '1.0', invite, continent: 'EU' })
  expect(readMembership(directory)).toMatchObject({ private: false, k: 5 })
})

test('an open hub of today is sent the same', async () => {
  expect((await sent({})).payload).toEqual({ type: 'enrolment', v: '1.0', invite, continent: 'EU' })
})

test('that it is private is agreed to, and kept', async () => {
  const { payload } = await sent({ private: true, k: 1 })
  expect(payload).toEqual({ type: 'enrolment', v: '1.1', invite, continent: 'EU', private: true })
  expect(readMembership(directory)).toMatchObject({ private: true, k: 1 })
  await expect(ask({ k: 1 })).rejects.toThrow('cells of 1 enrolments')
})

test('without an invite it works for hub and key', async () => {
  const enrolment = { difficulty: 8 }
  const { payload, member } = await sent({ enrolment }, { key: own })
  expect(payload).toMatchObject({ v: '1.1', work: { day: NOW / 86_400_000 } })
  expect(payload).not.toHaveProperty('invite')
  expect(isDone(payload.work as never, { hub: own, publicKey: member }, 8, NOW)).toBe(true)
  await expect(ask({}, {})).rejects.toThrow('by invite only')
  await expect(ask({ enrolment: { difficulty: 27 } }, {})).rejects.toThrow('work of 27 bits')
  await expect(ask({ enrolment }, { key: 'A'.repeat(22) })).rejects.toThrow(`it has the key ${own}`)
})

test('an invite that names an earlier key of the hub is good', async () => {
  const later = generateSigningKey()
  const succession = [succeed(key, later.publicKey, NOW / 1000)]
  const offer = await ask({ key: later.publicKey, succession })
  expect(offer.info.key).toBe(later.publicKey)
  await expect(ask({ key: later.publicKey })).rejects.toThrow('another hub, or somebody in between')
})
