import { describe, expect, it } from 'vitest'
import type { OwnedDelta } from '../../../../src/plugins/api.ts'
import { keeperOf, Owners } from '../../../../src/routing/conversation/owners.ts'
import { routeTo } from '../support.ts'

const DAY_MS = 24 * 3_600_000

describe('who keeps what', () => {
  it('is known to the client that got the id, for a month', () => {
    const owners = new Owners()
    owners.set('a', ['resp_1', 'msg_1'], 'openai', 0)
    expect(owners.get('a', 'resp_1', DAY_MS)).toBe('openai')
    expect(owners.get('a', 'msg_1', DAY_MS)).toBe('openai')
    expect(owners.get('b', 'resp_1', DAY_MS)).toBeUndefined()
    expect(owners.get('a', 'resp_1', 31 * DAY_MS)).toBeUndefined()
    owners.forget('a', 'resp_1')
    expect(owners.get('a', 'resp_1', DAY_MS)).toBeUndefined()
  })

  it('is foreign to whom another client alone is known to have got it', () => {
    const owners = new Owners()
    owners.set('a', ['msg_1'], 'openai', 0)
    expect(owners.isForeign('b', 'msg_1', 1)).toBe(true)
    expect(owners.isForeign('a', 'msg_1', 1)).toBe(false)
    expect(owners.isForeign('b', 'msg_2', 1)).toBe(false)
    owners.set('b', ['msg_1'], 'openai', 0)
    expect(owners.isForeign('a', 'msg_1', 1)).toBe(false)
  })

  it('is shared, at once and with who comes later', () => {
    const deltas: OwnedDelta[] = []
    const one = new Owners((delta) => deltas.push(delta))
    const two = new Owners()
    one.set('a', ['resp_1'], 'openai', 0)
    for (const delta of deltas) two.merge(delta)
    expect(two.get('a', 'resp_1', 1)).toBe('openai')
    expect([...two.deltas(1)]).toEqual(deltas)
    expect([...two.deltas(31 * DAY_MS)]).toEqual([])
  })

  it('is an account, and a region of it', () => {
    expect(keeperOf(routeTo('openai').endpoint)).toBe('openai')
    expect(keeperOf(routeTo('azure', { region: 'eu' }).endpoint)).toBe('azure@eu')
  })
})
