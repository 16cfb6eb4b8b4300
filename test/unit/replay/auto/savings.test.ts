import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import type { FeedbackRecord } from '../../../../src/outcomes/log/feedback-line.ts'
import type { RequestRecord } from '../../../../src/plugins/api.ts'
import { Savings } from '../../../../src/replay/auto/savings.ts'
import { paletteOf } from '../../../../src/terminal/colour.ts'
import { autoReportView } from '../../../../src/terminal/views/auto-report.ts'

const PRICE = { small: 1, big: 10 }

/** Hard requests go to the big model nine times of ten, easy ones one time of ten; the small one fails hard ones. */
function play(requests: number, judged: number): Savings {
  const random = seeded(7)
  const savings = new Savings()
  for (let at = 0; at < requests; at++) {
    const isHard = random() < 0.5
    const chance = isHard ? 0.9 : 0.1
    const model = random() < chance ? 'big' : 'small'
    const both = [
      { model: 'big', quality: 0.9, propensity: chance },
      { model: 'small', quality: 0.8, propensity: 1 - chance },
    ]
    const models = model === 'big' ? both : both.toReversed()
    const record = {
      id: `gen-${at}`,
      model,
      kind: 'ok',
      attempts: [{ kind: 'ok', costUsd: PRICE[model] * (isHard ? 2 : 1) }],
      selection: { name: 'auto', floor: 0.9, models },
    }
    savings.request(record as unknown as RequestRecord)
    if (random() >= judged) continue
    const score = model === 'big' || !isHard ? 1 : 0
    savings.feedback({ id: record.id, time: 1, score, weight: 1, counted: true } as FeedbackRecord)
  }
  return savings
}

test('money saved and quality are those of all requests, not of those that the best model happened to get', () => {
  const [report] = play(4000, 0.5).report()
  expect(report).toMatchObject({ selector: 'auto', requests: 4000, compared: 4000, best: 'big' })
  // Half of the requests cost 20 at the big model, half 10: unweighted, those that it got would say 19.
  const { always_best_usd: always, saved_usd: saved, models } = report!
  expect(always!.low).toBeLessThan(4000 * 15)
  expect(always!.high).toBeGreaterThan(4000 * 15)
  expect(always!.high - always!.low).toBeLessThan(4000 * 3)
  expect(saved!.mean).toBeCloseTo(always!.mean - report!.spent_usd)
  const small = models.find(({ model }) => model === 'small')!.quality!
  expect(small.low).toBeLessThan(0.5)
  expect(small.high).toBeGreaterThan(0.5)
  const text = autoReportView([report!], { width: 120, palette: paletteOf(false) } as never)
  expect(text).toMatch(/less than always asking big \(95 %/)
  expect(text).toMatch(/good \(95 %/)
})

test('an interval wants more than one judged answer', () => {
  const savings = play(50, 0)
  savings.feedback({ id: 'gen-1', time: 1, score: 0.8, weight: 1, counted: true } as FeedbackRecord)
  const text = autoReportView(savings.report(), { width: 120, palette: paletteOf(false) } as never)
  expect(text).toContain('Of 50 answers 1 was judged, and ')
  expect(text).not.toMatch(/good \(95 %/)
})

test('a run of good answers leaves it open how good the next ones are', () => {
  const savings = play(50, 0)
  for (let at = 0; at < 10; at++)
    savings.feedback({ id: `gen-${at}`, time: 1, score: 1, weight: 1, counted: true } as FeedbackRecord)
  const { quality } = savings.report()[0]!
  expect(quality).toMatchObject({ mean: 1, high: 1, n: 10 })
  // Wilson's interval of ten of ten.
  expect(quality!.low).toBeCloseTo(0.722, 3)
})

/** Requests that were answered in turn by two models, at what each costs. */
function answered(costs: Partial<Record<'big' | 'small', number>>): string {
  const savings = new Savings()
  for (let at = 0; at < 20; at++) {
    const [model, other] = at % 2 === 0 ? (['big', 'small'] as const) : (['small', 'big'] as const)
    const models = [model, other].map((name) => ({ model: name, quality: name === 'big' ? 0.9 : 0.8, propensity: 0.5 }))
    const costUsd = costs[model]
    const attempts = [{ kind: 'ok', ...(costUsd !== undefined && { costUsd }) }]
    const checks = [{ model, check: 'schema', passed: true, totalMs: 1 }]
    const selection = { name: 'auto', floor: 0.9, models, checks }
    savings.request({ id: `gen-${at}`, model, kind: 'ok', attempts, selection } as unknown as RequestRecord)
  }
  return autoReportView(savings.report(), { width: 120, palette: paletteOf(false) } as never)
}

test('no money is spoken of where no price is known', () => {
  const text = answered({})
  expect(text).toContain('What was spent is not known: no endpoint that answered has a price.')
  expect(text).not.toContain('$')
})

test('it says what counts as nothing, and gives no interval of one point', () => {
  expect(answered({ big: 2 })).toContain('$20.00 were spent; what 10 requests cost is not known and counts as nothing.')
  const text = answered({ big: 2, small: 1 })
  expect(text).toContain('$30.00 were spent. That is $10.00 or 25.0% less than always asking big, over 20 requests')
})

test('without opinions or requests it says so', () => {
  const [report] = play(50, 0).report()
  expect(report).toMatchObject({ judged: 0, quality: null, best: 'big' })
  expect(autoReportView([report!], { width: 120, palette: paletteOf(false) } as never)).toContain('Nobody has judged')
  expect(autoReportView([], { width: 120, palette: paletteOf(false) } as never)).toContain('No request of a selector')
})

test('a cascade is compared by what was paid, and by what the best model would have cost for the same', () => {
  const savings = new Savings()
  for (let at = 0; at < 100; at++) {
    const escalated = at % 4 === 0
    const checks = [{ model: 'small', check: 'tests', passed: !escalated, escalated, totalMs: 1, costUsd: 0.5 }]
    const models = [
      { model: 'small', quality: 0.7, propensity: 1, priceUsd: 1 },
      { model: 'big', quality: 0.9, propensity: 0, priceUsd: 10 },
    ]
    const attempts = [{ kind: 'ok', costUsd: 2 }, ...(escalated ? [{ kind: 'ok', costUsd: 30 }] : [])]
    const selection = { name: 'auto', floor: 0.9, models, checks }
    const record = { id: `gen-${at}`, model: escalated ? 'big' : 'small', kind: 'ok', attempts, selection }
    savings.request(record as unknown as RequestRecord)
  }
  const [report] = savings.report()
  // 75 small answers would have cost 20 each at the big model, the 25 others cost 30 there.
  expect(report!.checked).toMatchObject({ spent_usd: 950, checks_usd: 50, best_usd: 2250 })
  const { saved_usd: saved } = report!.checked!
  expect(saved!.mean).toBeCloseTo(1250)
  expect(saved!.high - saved!.low).toBeCloseTo(2 * 1.96 * 20 * Math.sqrt(100 * 0.75 * 0.25 * (100 / 99)))
  const text = autoReportView([report!], { width: 120, palette: paletteOf(false) } as never)
  expect(text).toMatch(/less than always asking big, for \$2,?250.* \(95 %: /)
})

test('a cascade is compared also where the cheap model is free, and where the cost of a request is not known', () => {
  const savings = new Savings()
  for (let at = 0; at < 10; at++) {
    const checks = [{ model: 'small', check: 'tests', passed: true, totalMs: 1 }]
    const models = [
      { model: 'small', quality: 0.7, propensity: 1, priceUsd: 0 },
      { model: 'big', quality: 0.9, propensity: 0, priceUsd: 10 },
    ]
    const attempts = [{ kind: 'ok', ...(at > 0 && { costUsd: 0 }) }]
    const selection = { name: 'auto', floor: 0.9, models, checks }
    savings.request({ id: `gen-${at}`, model: 'small', kind: 'ok', attempts, selection } as unknown as RequestRecord)
  }
  const { checked } = savings.report()[0]!
  expect(checked).toMatchObject({ requests: 10, spent_usd: 0, best_usd: 90, saved_usd: { mean: 90 } })
})
