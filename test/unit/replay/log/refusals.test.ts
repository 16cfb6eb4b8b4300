import { describe, expect, test } from 'vitest'
import type { RequestRecord, RoutingStrategy } from '../../../../src/plugins/api.ts'
import exacto from '../../../../src/plugins/strategies/exacto.ts'
import leastBusy from '../../../../src/plugins/strategies/least-busy.ts'
import priority from '../../../../src/plugins/strategies/priority.ts'
import usage from '../../../../src/plugins/strategies/usage.ts'
import { evaluateRecords, type LogOptions } from '../../../../src/replay/log/evaluate-log.ts'
import type { LogEvaluation, StrategyResult } from '../../../../src/replay/log/report-types.ts'
import { cheapest, explorer, options, simulate } from './simulated-log.ts'

const builtIn = (plugin: { create: (options: never, context: never) => unknown }) =>
  plugin.create(
    { min_peers: 2, min_requests: 10, min_structured: 10, value_of_time: 1 } as never,
    {} as never,
  ) as RoutingStrategy
const inOrder = builtIn(priority)

/** Always the same endpoint first. */
const always = (first: string): RoutingStrategy => ({
  rank: (_, candidates) =>
    [...candidates]
      .sort((a, b) => Number(b.endpoint.id === first) - Number(a.endpoint.id === first))
      .map(({ endpoint }) => ({ endpoint, score: 0, propensity: Number(endpoint.id === first), why: 'always' })),
})

const evaluate = (
  records: readonly RequestRecord[],
  targets: Readonly<Record<string, RoutingStrategy>>,
  different: Partial<LogOptions> = {},
) => evaluateRecords(records, options(targets, different))

async function judged(records: readonly RequestRecord[], target: RoutingStrategy): Promise<StrategyResult> {
  return (await evaluate(records, { target })).strategies[0]!
}

const reasonOf = (result: StrategyResult): string => (result.evaluated ? 'evaluated' : result.reason)

describe('cannot be evaluated', () => {
  test('a log without chance, of which the strategy would have made something else', async () => {
    const records = simulate(inOrder, 400, 1)
    expect(reasonOf(await judged(records, cheapest(2)))).toMatch(
      /^the log was made without chance, and this strategy decides differently in 9\d\.\d% of it/,
    )
    // The same strategy again has full overlap, and is what was logged.
    const same = await judged(records, inOrder)
    if (!same.evaluated) throw new Error(same.reason)
    expect(same.ess).toBeCloseTo(400)
    expect(same.changed_share).toBe(0)
    expect(same.difference_s.value).toBeCloseTo(0, 9)
    const { logged } = await evaluate(records, { same: inOrder })
    expect(same.loss_s.replay!.value).toBeCloseTo(logged!.loss_s.value, 9)
    expect(same.loss_s.dr.value).toBeCloseTo(logged!.loss_s.value, 9)
  })

  test('too few decisions', async () => {
    const records = simulate(explorer(0.5), 99, 1)
    expect(reasonOf(await judged(records, explorer(0)))).toBe(
      'there are too few decisions to judge by: 99, and at least 100 are needed',
    )
    expect(reasonOf(await judged([], explorer(0)))).toMatch('too few decisions to judge by: 0,')
  })

  test('an effective sample size below the floor', async () => {
    const result = await judged(simulate(explorer(0.05), 400, 1), always('c/m@eu'))
    expect(reasonOf(result)).toMatch(/^the log is worth only \d+\.\d independent decisions of this strategy/)
    expect(result.ess).toBeLessThan(50)
  })

  test('an endpoint that the log could have tried, and never did', async () => {
    const records = simulate(explorer(0.5), 400, 1).filter(({ candidates }) => candidates[0]!.endpoint !== 'c/m@eu')
    expect(reasonOf(await judged(records, always('c/m@eu')))).toMatch(
      'the log never tried c/m@eu first, which this strategy does in 100% of the decisions',
    )
  })

  test('decisions that the log hardly ever made', async () => {
    const records = simulate(explorer(0.0001), 4000, 1)
    const tried = records.filter(({ candidates }) => candidates[0]!.propensity < 0.01).length
    expect(tried).toBeLessThan(5)
    expect(reasonOf(await judged(records, cheapest(2)))).not.toBe('evaluated')
  })

  test('propensities that do not fit the choices', async () => {
    // The log claims an even draw of three, and always took the first.
    const lying = simulate(inOrder, 400, 1).map((record) => ({
      ...record,
      candidates: record.candidates.map((candidate) => ({ ...candidate, propensity: 1 / 3 })),
    }))
    expect(reasonOf(await judged(lying, always('a/m')))).toMatch(
      'the logged propensities do not fit the logged choices: the mean weight is 3.00 and should be 1.00',
    )
  })

  test('a strategy that ranks by what is not logged', async () => {
    const records = simulate(explorer(0.5), 200, 1)
    // Of before the state of structured answers and of limits was logged.
    const older = records.map((record) => ({
      ...record,
      candidates: record.candidates.map(({ speedN: _, ...candidate }) => candidate),
    }))
    expect(reasonOf(await judged(older, builtIn(exacto)))).toBe(
      'it ranks by what the log does not hold (candidate.valid; in 200 decisions)',
    )
    expect(reasonOf(await judged(older, builtIn(usage)))).toBe(
      'it ranks by what the log does not hold (candidate.used; in 200 decisions)',
    )
    // A log of before the load was logged.
    const old = records.map((record) => ({
      ...record,
      candidates: record.candidates.map(({ ttftSd: _, position: __, ...candidate }) => candidate),
    }))
    expect(reasonOf(await judged(old, builtIn(leastBusy)))).toMatch('candidate.inFlight')
    expect(reasonOf(await judged(old, inOrder))).toMatch('candidate.position')
    const copier: RoutingStrategy = {
      rank: (request, candidates, world) =>
        inOrder.rank(
          request,
          candidates.map((candidate) => ({ ...candidate })),
          world,
        ),
    }
    expect(reasonOf(await judged(records, copier))).toMatch('every field of candidate')
  })

  test('what lacks a field in some rows only is judged by the others, and says so', async () => {
    const records = simulate(explorer(0.5), 300, 1).map((record, row) => ({
      ...record,
      candidates: record.candidates.map(({ position, ...candidate }) => ({
        ...candidate,
        ...(row % 2 === 0 && { position: position! }),
      })),
    }))
    const result = await judged(records, inOrder)
    expect(result).toMatchObject({ evaluated: true, rows: 150, rows_without: { 'candidate.position': 150 } })
  })

  test('a strategy that throws, or whose propensities are none', async () => {
    const records = simulate(explorer(0.5), 200, 1)
    const broken: RoutingStrategy = {
      rank: () => {
        throw new TypeError('no such thing')
      },
    }
    const unsure: RoutingStrategy = {
      rank: (_, candidates) => candidates.map(({ endpoint }) => ({ endpoint, score: 0, propensity: 0.9, why: '' })),
    }
    const { strategies } = await evaluate(records, { broken, unsure, fine: explorer(0.2) })
    expect(strategies.map(reasonOf)).toEqual([
      'it failed: no such thing',
      'its propensities sum to 2.7, not to 1',
      'evaluated',
    ])
  })
})

describe('requests that say nothing about a choice are left out and counted', () => {
  const [record] = simulate(inOrder, 1, 1) as [RequestRecord]
  const [attempt] = record.attempts as [RequestRecord['attempts'][number]]
  const [first] = record.candidates as [RequestRecord['candidates'][number]]
  const cases: Readonly<Record<string, Partial<RequestRecord>>> = {
    no_candidates: { candidates: [] },
    one_candidate: { candidates: [first] },
    sort: { placedBy: 'sort' },
    order: { placedBy: 'order' },
    threshold: { placedBy: 'threshold' },
    affinity: { placedBy: 'affinity' },
    counting: { operation: 'counting' },
    session: { operation: 'realtime' },
    passed_through: { operation: 'batch' },
    no_propensities: { candidates: record.candidates.map(({ propensity: _, ...rest }) => rest as typeof first) },
    no_beliefs: { candidates: record.candidates.map(({ ttftMs: _, ...rest }) => rest as typeof first) },
    not_tried: { attempts: [{ ...attempt, endpoint: 'b/m' }] },
    hedged: { attempts: [{ ...attempt, endpoint: 'b/m', startMs: attempt.startMs + attempt.totalMs / 2 }, attempt] },
    caller: { attempts: [{ ...attempt, kind: 'caller_cancelled' }] },
    unmeasured: { attempts: [{ ...attempt, totalMs: Number.NaN }] },
    unreadable: { time: 1e300 },
  }

  test.each(Object.entries(cases))('%s', async (reason, different) => {
    const { log } = await evaluate([{ ...record, ...different }], { inOrder })
    expect(log).toMatchObject({ requests: 1, rows: 0, left_out: { [reason]: 1 } })
  })

  test('a chain’s other models are not candidates of the first choice', async () => {
    const fallbacks = record.candidates.map((candidate) => ({ ...candidate, model: 'big' }))
    const { log } = await evaluate([{ ...record, candidates: [...record.candidates, ...fallbacks] }], { inOrder })
    expect(log.rows).toBe(1)
  })

  test('only the model that is asked for', async () => {
    const other = { ...record, model: 'big' }
    expect((await evaluate([record, other, other], { inOrder }, { model: 'big' })).log.requests).toBe(2)
  })
})

test('says what the figures do not', async () => {
  const texts = (evaluation: LogEvaluation) => evaluation.caveats.join('\n')
  const records = simulate(explorer(0.5), 300, 1)
  const short = await evaluate(records, { same: explorer(0.5) })
  expect(texts(short)).toMatch('One decision at a time')
  expect(texts(short)).toMatch('fewer than 20 hours')
  expect(texts(short)).not.toMatch('are left out because')
  const cancelled = records.map((record, row) =>
    row % 5 === 0 ? { ...record, attempts: [{ ...record.attempts[0]!, kind: 'caller_cancelled' as const }] } : record,
  )
  expect(texts(await evaluate(cancelled, { same: explorer(0.5) }))).toMatch(
    '20.0% of the requests are left out because the caller gave up',
  )
  const unpriced = records.map((record) => ({
    ...record,
    attempts: record.attempts.map(({ costUsd: _, ...attempt }) => attempt),
  }))
  expect(texts(await evaluate(unpriced, { same: explorer(0.5) }))).toMatch(
    /The cost of 9\d\.\d% of the decisions is not known/,
  )
  const slow = records.map((record, row) => ({ ...record, time: record.time + row * 600_000 }))
  expect(texts(await evaluate(slow, { same: explorer(0.5) }))).not.toMatch('fewer than 20 hours')
})
