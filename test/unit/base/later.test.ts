import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Later } from '../../../src/base/later.ts'
import { Paced } from '../../../src/base/paced.ts'

class Work extends Paced {
  readonly #do: () => void

  constructor(work: () => void) {
    super()
    this.#do = work
  }

  proceed(): void {
    this.#do()
  }
}

const pieces = (names: string, done: string[]) => [...names].map((name) => new Work(() => done.push(name)))

describe('work that nobody waits for', () => {
  it('is done in order, not at once, and so much of it a turn', async () => {
    const later = new Later(2)
    const done: string[] = []
    for (const piece of pieces('abcde', done)) later.add(piece)
    await Promise.resolve()
    expect(done).toEqual([])
    const seen: number[] = []
    for (let turn = 0; turn < 4; turn++) {
      await nextTurn()
      seen.push(done.length)
    }
    expect(done.join('')).toBe('abcde')
    expect(seen.every((count, turn) => count - (seen[turn - 1] ?? 0) <= 2)).toBe(true)
  })

  it('does half of what waits where that is more', async () => {
    const later = new Later(1)
    const done: string[] = []
    for (const piece of pieces('abcdefgh', done)) later.add(piece)
    await nextTurn()
    expect(done.join('')).toBe('abcd')
  })

  it('is done at once when it is asked for, and not again', async () => {
    const later = new Later(1)
    const done: string[] = []
    for (const piece of pieces('abc', done)) later.add(piece)
    later.flush()
    expect(done.join('')).toBe('abc')
    later.add(new Work(() => done.push('d')))
    await nextTurn()
    expect(done.join('')).toBe('abcd')
  })
})
