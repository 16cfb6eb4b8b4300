import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Pace, Paced } from '../../../src/base/paced.ts'

class Piece extends Paced {
  readonly #name: string
  readonly #begun: string[]

  constructor(name: string, begun: string[]) {
    super()
    this.#name = name
    this.#begun = begun
  }

  proceed(): void {
    this.#begun.push(this.#name)
    // As undici does on a kept connection.
    setImmediate(() => this.#begun.push(`${this.#name} sent`))
  }
}

const pieces = (names: string, begun: string[]) => [...names].map((name) => new Piece(name, begun))

describe('the pace at which work is begun', () => {
  it('begins at once what a turn has room for', () => {
    const begun: string[] = []
    const pace = new Pace(2)
    for (const piece of pieces('ab', begun)) pace.begin(piece)
    expect(begun).toEqual(['a', 'b'])
  })

  it('lets the first be sent before the last are begun, and keeps the order', async () => {
    const begun: string[] = []
    const pace = new Pace(2)
    for (const piece of pieces('abcde', begun)) pace.begin(piece)
    for (let turn = 0; turn < 6; turn++) await nextTurn()
    expect(begun.filter((name) => name.length === 1)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(begun.indexOf('a sent')).toBeLessThan(begun.indexOf('c'))
    expect(begun.indexOf('c sent')).toBeLessThan(begun.indexOf('e'))
  })

  it('has room again in a turn to come, after a burst and after less', async () => {
    const begun: string[] = []
    const pace = new Pace(2)
    for (const names of ['a', 'bcdef', 'g', 'hi']) {
      for (const piece of pieces(names, begun)) pace.begin(piece)
      expect(begun).toContain(names[0])
      for (let turn = 0; turn < 6; turn++) await nextTurn()
    }
    expect(begun.filter((name) => name.length === 1).join('')).toBe('abcdefghi')
  })

  it('puts whoever comes meanwhile behind those that wait', async () => {
    const begun: string[] = []
    const pace = new Pace(1)
    for (const piece of pieces('abc', begun)) pace.begin(piece)
    await nextTurn()
    pace.begin(new Piece('d', begun))
    for (let turn = 0; turn < 8; turn++) await nextTurn()
    expect(begun.filter((name) => name.length === 1)).toEqual(['a', 'b', 'c', 'd'])
  })
})
