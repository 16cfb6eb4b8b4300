import { expect, test } from 'vitest'
import { checkOf } from '../../../src/outcomes/quality/check-book.ts'
import { QualityBook } from '../../../src/outcomes/quality/quality.ts'
import type { CheckRecord, ModelSelection } from '../../../src/plugins/api.ts'
import { type Judged, recordOpinion } from '../../../src/reports/feedback.ts'

const CHECKED: CheckRecord = { model: 'm', check: 'tests', passed: true, expected: 0.5, reliability: 0.95, totalMs: 1 }

function judge(quality: QualityBook, check: Partial<CheckRecord>, signal = 'score'): void {
  const selection = { name: 'strict', floor: 1, models: [], checks: [{ ...CHECKED, ...check }] } as ModelSelection
  const attempts = [{ endpoint: 'p/m', kind: 'ok', startMs: 0, totalMs: 1 }] as const
  const answer = { id: 'gen-1', model: 'm', class: 'c', kind: 'ok', attempts, inputTokensEstimate: 9, selection }
  const opinion = { score: 0, weight: 1, implied: false }
  recordOpinion(answer as unknown as Judged, { signal, opinion, time: 1 }, { quality, write: () => {} })
}

test('an opinion on a checked answer teaches how often the check is right, of its selector alone', () => {
  const quality = new QualityBook()
  const opinions = (selector: string) => quality.reliability('m', checkOf(selector, 'tests'), 0.95, 1).opinions
  judge(quality, {})
  expect([opinions('strict'), opinions('lenient')]).toEqual([1, 0])
})

test.each<[string, Partial<CheckRecord>, string?]>([
  ['of another model’s answer', { model: 'other' }],
  ['that could not say anything', { passed: undefined as never }],
  ['that is of the same kind as who judges now', {}, 'tests'],
])('nothing is learned of a check %s', (_, check, signal) => {
  const quality = new QualityBook()
  judge(quality, check, signal)
  for (const model of ['m', 'other'])
    expect(quality.reliability(model, checkOf('strict', 'tests'), 0.95, 1).opinions).toBe(0)
})
