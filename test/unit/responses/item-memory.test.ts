import { describe, expect, it } from 'vitest'
import { ItemMemory } from '../../../src/responses/item-memory.ts'

const item = (id: string, text = 'x') => ({ id, type: 'message', text })

describe('a memory of items', () => {
  it('gives each client its own, for a while', () => {
    const memory = new ItemMemory(1000)
    memory.add('a', [item('msg_1')], 0)
    expect(memory.get('a', 'msg_1', 999)).toEqual(item('msg_1'))
    expect(memory.get('b', 'msg_1', 999)).toBeUndefined()
    expect(memory.get('a', 'msg_1', 1000)).toBeUndefined()
  })

  it('holds so much, the newest of it', () => {
    const memory = new ItemMemory(1000)
    const megabytes = 'x'.repeat(5 * 1024 * 1024)
    for (let i = 0; i < 10; i++) memory.add('a', [item(`msg_${i}`, megabytes)], 0)
    const there = [...Array(10).keys()].filter((i) => memory.get('a', `msg_${i}`, 1))
    expect(there).toEqual([4, 5, 6, 7, 8, 9])
  })

  it('is empty when it is off', () => {
    const memory = new ItemMemory(0)
    memory.add('a', [item('msg_1')], 0)
    expect(memory.get('a', 'msg_1', 0)).toBeUndefined()
    expect(memory.isOn).toBe(false)
  })
})
