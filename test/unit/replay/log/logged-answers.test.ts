import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { RecentAnswers } from '../../../../src/outcomes/quality/recent-answers.ts'
import { LoggedAnswers } from '../../../../src/replay/log/logged-answers.ts'
import { explorer, simulate } from './simulated-log.ts'

test('an endpoint’s latest outcomes are made again as the router had them', () => {
  const random = seeded(3)
  // Long and short requests at the same time: they end in another order than they came in.
  const records = simulate(explorer(0.6), 400, 2).map((record, row) => {
    const slow = random() < 0.2
    const attempts = record.attempts.map((attempt, at) => ({
      ...attempt,
      kind: slow && at === 0 && attempt.kind !== 'ok' ? ('provider_timeout_first_token' as const) : attempt.kind,
      totalMs: slow && at === 0 ? attempt.totalMs + 100_000 : attempt.totalMs,
      startMs: slow && at > 0 ? attempt.startMs + 100_000 : attempt.startMs,
      usage: { outputTokens: row },
    }))
    return { ...record, attempts, totalMs: record.totalMs + (slow ? 100_000 : 0) }
  })
  const ended = records.toSorted((a, b) => a.time + a.totalMs - (b.time + b.totalMs))
  const outcomes = records
    .flatMap(({ time, stream, attempts }) =>
      attempts.map((attempt) => ({ ...attempt, class: 'c', stream, at: time + attempt.startMs + attempt.totalMs })),
    )
    .sort((a, b) => a.at - b.at)
  const logged = new LoggedAnswers()
  let compared = 0
  for (const record of ended) {
    logged.add(record)
    for (const endpoint of ['a/m', 'b/m', 'c/m@eu']) {
      const live = new RecentAnswers()
      for (const outcome of outcomes) if (outcome.at <= record.time && outcome.endpoint === endpoint) live.add(outcome)
      expect(logged.before(endpoint, record.time)).toEqual(live.list)
      compared += live.list.length
    }
  }
  expect(compared).toBeGreaterThan(5000)
})

test('is bounded, and knows nothing of the future', () => {
  const logged = new LoggedAnswers()
  const [record] = simulate(explorer(0.6), 1, 2)
  for (let time = 0; time < 500; time++)
    logged.add({ ...record!, time, attempts: [{ endpoint: 'a/m', kind: 'ok', startMs: 0, totalMs: 1 }] })
  expect(logged.before('a/m', 1000).map(({ at }) => at)).toEqual([491, 492, 493, 494, 495, 496, 497, 498, 499, 500])
  expect(logged.before('a/m', 100)).toEqual([])
  expect(logged.before('z/m', 1000)).toEqual([])
})
