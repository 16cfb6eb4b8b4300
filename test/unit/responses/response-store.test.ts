import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cipher } from '../../../src/responses/cipher.ts'
import type { KeptResponse } from '../../../src/responses/kept-response.ts'
import { ResponseStore, type StoreLimits } from '../../../src/responses/response-store.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'

const LIMITS: StoreLimits = { keepMs: 1000, maxBytes: 10_000, maxCount: 5 }

let directory: string
let store: ResponseStore
const open = (limits: Partial<StoreLimits> = {}, secret = 's'.repeat(32)) =>
  ResponseStore.open(join(directory, 'r.db'), new Cipher(Buffer.from(secret)), { ...LIMITS, ...limits })
beforeEach(async () => {
  directory = await temporaryDirectory()
  store = await open()
})
afterEach(async () => {
  store.close()
  await removeDirectory(directory)
})

const kept = (text: string): KeptResponse => ({
  response: { id: 'resp', output: [{ id: `msg_${text.slice(0, 8)}`, type: 'message', text }] },
  input: [],
})

describe('a store of responses', () => {
  it('gives back what it was given, by its id and by those of its items, for a while', () => {
    store.put('a', 'resp_1', kept('one'), 0)
    expect(store.get('a', 'resp_1', 999)).toMatchObject(kept('one'))
    expect(store.withItem('a', 'msg_one', 999)).toMatchObject(kept('one'))
    expect(store.get('a', 'resp_1', 1000)).toBeUndefined()
    expect(store.withItem('a', 'msg_one', 1000)).toBeUndefined()
  })

  it('shows each client its own only', () => {
    store.put('a', 'resp_1', kept('one'), 0)
    expect(store.get('b', 'resp_1', 1)).toBeUndefined()
    expect(store.withItem('b', 'msg_one', 1)).toBeUndefined()
    expect(store.delete('b', 'resp_1')).toBe(false)
    expect(store.delete('a', 'resp_1')).toBe(true)
    expect(store.withItem('a', 'msg_one', 1)).toBeUndefined()
  })

  it('holds so many', () => {
    for (let i = 0; i < 9; i++) store.put('a', `resp_${i}`, kept(`text${i}`), i)
    const there = [...Array(9).keys()].filter((i) => store.get('a', `resp_${i}`, 10))
    expect(there).toEqual([4, 5, 6, 7, 8])
  })

  it('holds so many bytes, and nothing that is larger', () => {
    for (let i = 0; i < 4; i++) expect(store.put('a', `resp_${i}`, kept('x'.repeat(4000)), i)).toBe(true)
    expect([0, 1, 2, 3].filter((i) => store.get('a', `resp_${i}`, 10))).toEqual([2, 3])
    expect(store.put('a', 'resp_9', kept('x'.repeat(20_000)), 9)).toBe(false)
  })

  it('is read by another process, and by nobody with another key', async () => {
    store.put('a', 'resp_1', kept('one'), 0)
    const second = await open()
    expect(second.get('a', 'resp_1', 1)).toMatchObject(kept('one'))
    second.close()
    const stranger = await open({}, 't'.repeat(32))
    expect(stranger.get('a', 'resp_1', 1)).toBeUndefined()
    stranger.close()
  })
})
