/** The selector at play on prompts whose right and wrong answers are known: made up here, measured where the data is at hand. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { curveOf, type Prompt, play, readPrompts, referencesOf } from '../../../benchmarks/auto/replay.ts'
import { seeded } from '../../../src/random.ts'

const MEASURED = fileURLToPath(new URL('../../../../shared/data/model-correctness/correctness.csv', import.meta.url))

/** Ten tasks: the cheap model is as good in seven of them and poor in three. */
function madeUp(): Prompt[] {
  const random = seeded(7)
  return Array.from({ length: 3000 }, (_, index) => {
    const task = index % 10
    const right = (chance: number) => (random() < chance ? 1 : 0)
    return { benchmark: 'b', task: `t${task}`, class: 'chat.lt1k.plain', cheap: right(task < 7 ? 0.88 : 0.4), strong: right(0.9) }
  })
}

describe('on made-up prompts', () => {
  const prompts = madeUp()

  test('the tasks that need the strong model get it', () => {
    const { calls, accuracy } = play(prompts, { floor: 0.9, tasks: true, feedback: 1 }, 1)
    expect(accuracy).toBeGreaterThan(0.95)
    expect(calls).toBeLessThan(0.55)
  })

  test('a lower floor means fewer strong calls', () => {
    const [low, high] = curveOf(prompts, { tasks: true, feedback: 0.5 }, [0.5, 1], 3)
    expect(low!.calls).toBeLessThan(high!.calls)
    expect(low!.accuracy).toBeLessThan(high!.accuracy)
  })

  test('the same seed gives the same play', () => {
    const setting = { floor: 0.9, tasks: true, feedback: 0.3 }
    expect(play(prompts, setting, 5)).toEqual(play(prompts, setting, 5))
    expect(play(prompts, setting, 5)).not.toEqual(play(prompts, setting, 6))
  })
})

test('a file is read, and what can be known beforehand is told', () => {
  const prompts = readPrompts(
    'benchmark,subject,hash,chars,cheap,strong\nm,law,ab,100,1,1\nm,law,cd,9000,0,1\ng,sums,ef,10,0,1\ng,sums,01,10,0,1\n',
  )
  expect(prompts[1]).toEqual({ benchmark: 'm', task: 'm/law', class: 'chat.lt8k.plain', cheap: 0, strong: 1 })
  expect(referencesOf(prompts, 0.7)).toEqual({ cheap: 0.25, coin: expect.closeTo(0.6), hindsight: 0.5 })
})

if (!existsSync(MEASURED)) console.warn('SKIPPED: the replay on measured answers; the data set model-correctness is not at hand.')
describe.skipIf(!existsSync(MEASURED))('on measured answers', () => {
  test('95 % of the strong model’s accuracy takes at most 60 % of its calls', () => {
    const prompts = readPrompts(readFileSync(MEASURED, 'utf8'))
    const [point] = curveOf(prompts, { tasks: true, feedback: 1 }, [0.88], 4)
    expect(point!.accuracy).toBeGreaterThanOrEqual(0.95)
    expect(point!.calls).toBeLessThanOrEqual(0.6)
  })
})
