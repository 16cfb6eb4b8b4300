import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MapFile } from '../../../../src/federation/member/map/map-file.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'
import type { HubMap } from '../../../../src/federation/protocol/types.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { mapOf } from '../../../helpers/scripted-hub.ts'

const HOUR = 3_600_000
const hub = generateSigningKey()
const terms = { hub: 'https://hub.example', hubKey: hub.publicKey, epochSeconds: 3600, k: 5 }
/** In epoch 101. */
const NOW = 101 * HOUR + 1000
const sealed = (map: Partial<HubMap>, key = hub) => seal(mapOf({ epoch: 100, ...map }), key)

let directory: string
let file: MapFile
beforeEach(async () => {
  directory = await temporaryDirectory()
  file = new MapFile(directory, terms)
})
afterEach(() => removeDirectory(directory))

describe('a map', () => {
  test('is kept, and read again after a restart', async () => {
    await file.take(sealed({ members: 42 }), NOW)
    const again = new MapFile(directory, terms)
    again.load()
    expect(again.held?.members).toBe(42)
    expect(again.heldUntil).toBe(101 * HOUR)
  })

  test('of the same epoch, and newer ones, replace it', async () => {
    await file.take(sealed({ members: 42 }), NOW)
    await file.take(sealed({ members: 43 }), NOW)
    await file.take(sealed({ epoch: 101 }), NOW + HOUR)
    expect(file.held?.epoch).toBe(101)
  })

  test.each([
    ['older than the one held', sealed({ epoch: 99 }), /older than the one of epoch 100/],
    ['from the future', sealed({ epoch: 101 }), /60 minutes ahead of this machine's clock/],
    ['signed by another key', sealed({}, generateSigningKey()), /signature/],
    ['of another type', seal({ ...mapOf({ epoch: 100 }), type: 'incidents' }, hub), /signature/],
    ['cut short', sealed({}).subarray(0, -10), /signature/],
    ['with an unknown field', seal({ ...mapOf({ epoch: 100 }), extra: 1 } as never, hub), /extra/],
    [
      'with a figure out of bounds',
      sealed({ cells: [{ provider: 'openai', as_of: 1, members: 5, ttft: { mean: 99, tau2: 0, sigma2: 0 } }] }),
      /mean/,
    ],
    ['with other epochs', sealed({ epoch_seconds: 60 }), /epochs of 60 s, and 3600 s were agreed/],
    ['with a smaller k', sealed({ k: 4 }), /cells of 4 enrolments, and at least 5 were agreed/],
    ['empty', Buffer.alloc(0), /envelope/],
  ])('that is %s never replaces a good one, in memory or on disk', async (_, document, reason) => {
    await file.take(sealed({ members: 42 }), NOW)
    const before = readFileSync(join(directory, 'map'))
    await expect(file.take(document, NOW)).rejects.toThrow(reason)
    expect(file.held?.members).toBe(42)
    expect(readFileSync(join(directory, 'map'))).toEqual(before)
  })

  test('that is older than a day is refused', async () => {
    await expect(file.take(sealed({ epoch: 70 }), NOW)).rejects.toThrow(/30 hours ago/)
  })

  test('with a larger k is fine: it only hides more', async () =>
    expect((await file.take(sealed({ k: 9 }), NOW)).k).toBe(9))

  test('on disk is verified again', async () => {
    await file.take(sealed({}), NOW)
    const path = join(directory, 'map')
    const bytes = readFileSync(path)
    bytes[bytes.length - 20]! ^= 1
    writeFileSync(path, bytes)
    const again = new MapFile(directory, terms)
    expect(() => again.load()).toThrow(/signature/)
    expect(again.held).toBeUndefined()
  })
})
