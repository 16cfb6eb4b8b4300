import { expect, test } from 'vitest'
import { Paced } from '../../../src/base/paced.ts'
import { Soon } from '../../../src/base/soon.ts'

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

test('work is done in order, behind what is put off to the next tick, and not at once', async () => {
  const soon = new Soon()
  const done: string[] = []
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      soon.add(new Work(() => done.push('first')))
      soon.add(
        new Work(() => {
          done.push('second')
          soon.add(new Work(() => done.push('added by the second')))
        }),
      )
      process.nextTick(() => done.push('tick'))
      expect(done).toEqual([])
      setImmediate(resolve)
    })
  })
  expect(done).toEqual(['tick', 'first', 'second', 'added by the second'])
})
