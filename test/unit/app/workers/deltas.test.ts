import { expect, test } from 'vitest'
import type { SharedDelta } from '../../../../src/app/sharing.ts'
import { readDeltas, UnsentDeltas } from '../../../../src/app/workers/deltas.ts'

const CLASS = 'chat-1k-plain'
const judgement = (task: string | undefined, valid: number, at: number, model = 'm') => ({
  of: 'judgement' as const,
  context: { model, class: CLASS, task },
  judged: 1,
  valid,
  at,
})

test('judgements of one context go out as one sum', () => {
  const unsent = new UnsentDeltas()
  unsent.add(judgement(undefined, 1, 5))
  unsent.add(judgement('code', 1, 6))
  unsent.add(judgement(undefined, 0, 8))
  unsent.add(judgement(undefined, 1, 7))
  unsent.add(judgement(undefined, 1, 9, 'other'))
  expect(unsent.count).toBe(3)
  const read: SharedDelta[] = []
  readDeltas(unsent.take(), (delta) => read.push(delta))
  expect(read).toEqual([
    { ...judgement(undefined, 2, 8), judged: 3 },
    judgement('code', 1, 6),
    judgement(undefined, 1, 9, 'other'),
  ])
  expect(unsent.count).toBe(0)
})
