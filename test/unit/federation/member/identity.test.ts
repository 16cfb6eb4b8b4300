import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Membership,
  membershipFile,
  readMembership,
  readPendingKey,
  writeMembership,
  writePendingKey,
} from '../../../../src/federation/member/membership/identity.ts'
import { exportSigningKey, fingerprint, generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

let directory: string
beforeAll(async () => {
  directory = join(await temporaryDirectory(), 'federation')
})
afterAll(() => removeDirectory(join(directory, '..')))

const key = generateSigningKey()
const membership: Membership = {
  hub: 'https://hub.example',
  hubName: 'A hub',
  hubKey: generateSigningKey().publicKey,
  member: fingerprint(key.publicKey),
  key,
  epochSeconds: 3600,
  k: 5,
  private: false,
  noise: true,
  continent: 'EU',
  joinedAt: 1_700_000_000,
}

describe('a membership on disk', () => {
  test('is not there before joining', () => expect(readMembership(directory)).toBeUndefined())

  test('comes back as it was, readable by its owner only', async () => {
    await writePendingKey(directory, membership.hubKey, key)
    await writeMembership(directory, membership)
    const { key: read, ...rest } = readMembership(directory)!
    const { key: written, ...expected } = membership
    expect(rest).toEqual(expected)
    expect(exportSigningKey(read)).toBe(exportSigningKey(written))
    expect(statSync(membershipFile(directory)).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(readPendingKey(directory, membership.hubKey)).toBeUndefined()
  })

  test('does not print its key', () => {
    const secret = exportSigningKey(key).split('\n')[1]!
    expect(JSON.stringify(readMembership(directory))).not.toContain(secret)
    expect(inspect(readMembership(directory), { depth: 9 })).not.toContain(secret)
  })

  test.each([
    ['not JSON', (text: string) => text.slice(0, -20), /cannot be used: it is not JSON/],
    ['no key', (text: string) => text.replace('private_key', 'key'), /"private_key" is missing/],
    ['a newer format', (text: string) => text.replace('"version": 1', '"version": 9'), /it has format 9/],
    [
      'an epoch that no hub may ask for',
      (text: string) => text.replace('3600', '1'),
      /"epoch_seconds" is not a number of at least 2/,
    ],
    ['null', () => 'null', /it has format undefined/],
  ])('is refused in words that hold no key: %s', (_, change, reason) => {
    const good = readFileSync(membershipFile(directory), 'utf8')
    writeFileSync(membershipFile(directory), change(good))
    const secret = exportSigningKey(key).split('\n')[1]!
    let thrown: unknown
    try {
      readMembership(directory)
    } catch (error) {
      thrown = error
    }
    writeFileSync(membershipFile(directory), good)
    expect(thrown).toMatchObject({ code: 'ROUTER_FEDERATION_STATE', message: expect.stringMatching(reason) })
    expect(inspect(thrown, { depth: 9 })).not.toContain(secret)
  })

  test('keeps the key of a joining that was cut short, for that hub alone', async () => {
    await writePendingKey(directory, membership.hubKey, key)
    expect(readPendingKey(directory, membership.hubKey)?.publicKey).toBe(key.publicKey)
    expect(readPendingKey(directory, 'another')).toBeUndefined()
  })
})
