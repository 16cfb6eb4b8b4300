/**
 * The selector at play on prompts whose right and wrong answers are known: made up here, measured where the data is at
 * hand.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { evaluateCorrectness, FLOORS, SETTINGS } from '../../../../src/replay/correctness/evaluate.ts'
import { curveOf, play, referencesOf } from '../../../../src/replay/correctness/play.ts'
import { type Prompt, parseCorrectness } from '../../../../src/replay/correctness/read-correctness.ts'
import { correctnessReport } from '../../../../src/replay/correctness/report.ts'

const MEASURED = fileURLToPath(new URL('../../../../../shared/data/model-correctness/correctness.csv', import.meta.url))

/** Ten tasks: the cheap model is as good in seven of them and poor in three. */
function madeUp(): Prompt[] {
  const random = seeded(7)
  return Array.from({ length: 3000 }, (_, index) => {
    const task = index % 10
    const right = (chance: number) => (random() < chance ? 1 : 0)
    return {
      benchmark: 'b',
      task: `t${task}`,
      class: 'chat.lt1k.plain',
      inputTokens: 100,
      cheap: right(task < 7 ? 0.88 : 0.4),
      strong: right(0.9),
    }
  })
}

describe('on made-up prompts', () => {
  const prompts = madeUp()

  test('the tasks that need the strong model get it', () => {
    const { calls, accuracy } = play(prompts, { floor: 0.96, by: 'task' as const, feedback: 1 }, 1)
    expect(accuracy).toBeGreaterThan(0.95)
    expect(calls).toBeLessThan(0.55)
  })

  test('a lower floor means fewer strong calls', () => {
    const [low, high] = curveOf(prompts, { by: 'task' as const, feedback: 0.5 }, [0.5, 1], 3)
    expect(low!.calls).toBeLessThan(high!.calls)
    expect(low!.accuracy).toBeLessThan(high!.accuracy)
  })

  test('a check of the cheap answers saves most strong calls', () => {
    const alone = play(prompts, { floor: 0.97, by: 'length', feedback: 0.2 }, 1)
    const checked = play(prompts, { floor: 0.97, by: 'length', feedback: 0.2, reliability: 0.9 }, 1)
    expect(checked.calls).toBeLessThan(0.7 * alone.calls)
    expect(checked.accuracy).toBeGreaterThan(0.97)
  })

  test('the same seed gives the same play', () => {
    const setting = { floor: 0.9, by: 'task' as const, feedback: 0.3 }
    expect(play(prompts, setting, 5)).toEqual(play(prompts, setting, 5))
    expect(play(prompts, setting, 5)).not.toEqual(play(prompts, setting, 6))
  })
})

test('a file is read, and what can be known beforehand is told', () => {
  const { prompts, cheap, strong } = parseCorrectness(
    'benchmark,subject,prompt_sha256_16,prompt_chars,small_correct,large\nm,law,ab,100,1,1\r\nm,law,cd,9000,0,1\ng,sums,ef,10,0,1\ng,sums,01,10,0,1\n',
    'answers.csv',
  )
  expect([cheap, strong]).toEqual(['small', 'large'])
  expect(prompts[1]).toEqual({
    benchmark: 'm',
    task: 'm/law',
    class: 'chat.lt4k.plain',
    inputTokens: 2250,
    cheap: 0,
    strong: 1,
  })
  expect(referencesOf(prompts, 0.7)).toEqual({ cheap: 0.25, coin: expect.closeTo(0.6), hindsight: 0.5 })
})

test.each<[string, string, RegExp]>([
  ['no prompts', 'benchmark,subject,prompt_chars,a,b\n', /answers\.csv .*it has no rows/],
  ['nothing', '', /answers\.csv:1 .*benchmark, subject, prompt_chars is missing/],
  ['one model', 'benchmark,subject,prompt_chars,a\nm,s,1,1', /1 columns are left for models/],
  ['three models', 'benchmark,subject,prompt_chars,a,b,c\nm,s,1,1,1,1', /3 columns are left for models/],
  [
    'neither right nor wrong',
    'benchmark,subject,prompt_chars,a,b\nm,s,1,1,0.5',
    /answers\.csv:2 .*right is 1 and wrong is 0, not "0\.5"/,
  ],
  ['a short line', 'benchmark,subject,prompt_chars,a,b\nm,s,1,1', /answers\.csv:2 .*not ""/],
  [
    'no length',
    'benchmark,subject,prompt_chars,a,b\nm,s,long,1,1',
    /prompt_chars must be a number of zero or more, not "long"/,
  ],
  ['a strong model that is never right', 'benchmark,subject,prompt_chars,a,b\nm,s,1,1,0', /b is never right/],
])('a file with %s is refused', (_, text, reason) => {
  expect(() => parseCorrectness(text, 'answers.csv')).toThrow(
    expect.objectContaining({ code: 'ROUTER_REPLAY_DATA', message: expect.stringMatching(reason) }),
  )
})

if (!existsSync(MEASURED))
  console.warn('SKIPPED: the replay on measured answers; the data set model-correctness is not at hand.')
describe.skipIf(!existsSync(MEASURED))('on measured answers', () => {
  test('95 % of the strong model’s accuracy takes at most 60 % of its calls', () => {
    const { prompts } = parseCorrectness(readFileSync(MEASURED, 'utf8'), 'correctness.csv')
    const [point] = curveOf(prompts, { by: 'task' as const, feedback: 1 }, [0.93], 4)
    expect(point!.accuracy).toBeGreaterThanOrEqual(0.95)
    expect(point!.calls).toBeLessThanOrEqual(0.6)
  })
})

test('the whole curve, as figures and as a report', () => {
  const steps: number[] = []
  const correctness = { cheap: 'small', strong: 'large', prompts: madeUp().slice(0, 500) }
  const evaluation = evaluateCorrectness(correctness, 1, () => steps.push(1))
  expect(steps).toHaveLength(SETTINGS.length * FLOORS.length)
  expect(evaluation).toMatchObject({ prompts: 500, cheap: 'small', strong: 'large', seeds: 1, target: 0.95 })
  for (const { curve, calls_at_target: calls } of evaluation.settings) {
    expect(curve.map((point) => point.min_quality)).toEqual(FLOORS)
    const above = curve.findIndex(({ accuracy }) => accuracy >= 0.95)
    if (above < 1) continue
    const ends = [curve[above - 1]!.calls, curve[above]!.calls]
    expect(calls).toBeGreaterThanOrEqual(Math.min(...ends))
    expect(calls).toBeLessThanOrEqual(Math.max(...ends))
  }
  const named = evaluateCorrectness({ ...correctness, prompts: correctness.prompts.slice(0, 60) }, undefined)
  expect(named.settings.map(({ seeds }) => seeds)).toEqual([6, 6, 10, 10, 6, 10])
  for (const { calls_at_target: mean, calls_at_target_range: [least, most] = [0, 1] } of named.settings)
    if (mean !== undefined) expect(least).toBeLessThanOrEqual(most)
  const { rows } = correctnessReport(evaluation)
  expect(rows).toHaveLength(SETTINGS.length * (1 + FLOORS.length) + 4)
  expect(rows[0]!.curve).toHaveLength(FLOORS.length)
})
