import { expect, it } from 'vitest'
import { sampleOf } from '../../../src/outcomes/sample.ts'
import type { Outcome } from '../../../src/outcomes/types.ts'

const OUTCOME: Outcome = {
  endpoint: 'p/m',
  class: 'chat.lt1k.plain',
  kind: 'ok',
  at: 1,
  stream: true,
  totalMs: 500,
  ttftMs: 400,
  usage: { inputTokens: 10, outputTokens: 2 },
}

it('learns no length from what was asked to be short', () => {
  expect(sampleOf(OUTCOME)!.logLength).toBeCloseTo(Math.log(3))
  expect(sampleOf({ ...OUTCOME, brief: true })).toMatchObject({ logLength: Number.NaN, ttftMs: 400, outputTokens: 2 })
})
