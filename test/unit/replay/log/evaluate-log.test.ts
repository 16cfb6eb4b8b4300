import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { feedbackToLine } from '../../../../src/outcomes/log/feedback-line.ts'
import { lineToRecord, recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import type { RequestRecord, RoutingStrategy } from '../../../../src/plugins/api.ts'
import { evaluateLog, evaluateRecords } from '../../../../src/replay/log/evaluate-log.ts'
import { explorer, options, simulate, truthOf } from './simulated-log.ts'

const FILE = 'outcomes-20260105T000000000Z-1.ndjson'
const targets = { greedy: explorer(0), same: explorer(0.5) }

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'router-replay-log-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function written(records: readonly RequestRecord[]): Promise<string> {
  const directory = await folder()
  await writeFile(join(directory, FILE), `${records.map(recordToLine).join('\n')}\n`)
  return directory
}

test('the file says what the records say', async () => {
  // Of nine digits, as the file keeps them.
  const records = simulate(explorer(0.5), 600, 1).map((record) => lineToRecord(recordToLine(record))!)
  const directory = await written(records)
  const fromFile = await evaluateLog(options(targets, { directory }))
  expect(fromFile).toEqual(await evaluateRecords(records, options(targets, { directory })))
  expect(fromFile.log).toMatchObject({ requests: 600, rows: 600, from: '2026-01-05T00:00:00.000Z', left_out: {} })
  expect(fromFile.logged!.strategies).toEqual({ latency: 600 })
})

test('every objective has its own loss', async () => {
  const records = simulate(explorer(0.5), 400, 1).map((record) => ({
    ...record,
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      totalMs: 1000,
      ttftMs: 200,
      costUsd: 0,
      usage: { outputTokens: 41 },
    })),
  }))
  const ok = records.filter(({ attempts }) => attempts[0]!.kind === 'ok')
  const lossOf = async (objective: 'total' | 'ttft' | 't200') =>
    (await evaluateRecords(ok, options(targets, { objective }))).logged!.loss_s.value
  expect(await lossOf('total')).toBeCloseTo(1)
  expect(await lossOf('ttft')).toBeCloseTo(0.2)
  // 0.8 s for the 40 tokens after the first: 20 ms each.
  expect(await lossOf('t200')).toBeCloseTo(4.2)
})

test('price counts by the value of time, and a failure 20 s', async () => {
  const [record] = simulate(explorer(0.5), 1, 1) as [RequestRecord]
  const [attempt] = record.attempts as [RequestRecord['attempts'][number]]
  const lossOf = async (different: Partial<typeof attempt>) => {
    const one = { ...record, attempts: [{ ...attempt, totalMs: 3000, ...different }] }
    return (await evaluateRecords([one, one], options({}, { valueOfTime: 3.6 }))).logged!.loss_s.value
  }
  expect(await lossOf({ kind: 'ok', costUsd: 0.002 })).toBeCloseTo(3 + 2)
  expect(await lossOf({ kind: 'provider_timeout_first_token', costUsd: 0.001 })).toBeCloseTo(3 + 1 + 20)
})

test('torn, foreign and cut lines are counted and passed over; feedback is no damage', async () => {
  const records = simulate(explorer(0.5), 300, 1)
  const directory = await written(records)
  const whole = await evaluateLog(options(targets, { directory }))
  const hostile = [
    '{"id":"gen-1","time":"soon"}',
    'null',
    '[]',
    '\u0000\u0000\u0000',
    '{"id":"gen-2","time":1,"model":"m","kind":"ok","candidates":[{}],"excluded":[],"attempts":[{}]}',
    '{"id":"gen-3","time":1,"model":"m","kind":"ok","candidates":[{"endpoint":7,"model":"m","propensity":1},{"model":"m","propensity":0}],"excluded":[],"attempts":[{"kind":9}]}',
    feedbackToLine({ id: 'gen-4', time: 1, model: 'm', class: 'chat.lt1k.plain', signal: 'thumbs', counted: true }),
    recordToLine(records[0]!).slice(0, 200),
  ]
  await appendFile(join(directory, FILE), hostile.join('\n'))
  await writeFile(join(directory, 'notes.txt'), 'not a log')
  const damaged = await evaluateLog(options(targets, { directory }))
  expect(damaged.log.left_out).toEqual({ unreadable: 5, one_candidate: 1, no_propensities: 1 })
  expect(damaged.strategies).toEqual(whole.strategies)
})

test('an empty folder, or none at all', async () => {
  const directory = await folder()
  for (const path of [directory, join(directory, 'missing')]) {
    const { log, logged, strategies, caveats } = await evaluateLog(options(targets, { directory: path }))
    expect(log).toEqual({ directory: path, requests: 0, rows: 0, left_out: {} })
    expect(logged).toBeUndefined()
    expect(caveats).toEqual([])
    expect(strategies.map(({ evaluated }) => evaluated)).toEqual([false, false])
  }
})

test('only what arrived since', async () => {
  const records = simulate(explorer(0.5), 300, 1)
  const directory = await written(records)
  const { log } = await evaluateLog(options(targets, { directory, since: records[100]!.time }))
  expect(log.rows).toBe(200)
})

test('a strategy that only estimates its propensities is averaged over seeds, and stays unbiased', async () => {
  const exact = explorer(0.4)
  const drawn: RoutingStrategy = {
    rank: (request, candidates, world) =>
      exact.rank(request, candidates, world).map((entry, place) => ({ ...entry, propensity: Number(place === 0) })),
  }
  const LOGS = 20
  const errors = { exact: 0, drawn: 0 }
  const truth = truthOf(exact).loss
  for (let log = 1; log <= LOGS; log++) {
    const { strategies } = await evaluateRecords(
      simulate(explorer(0.5), 300, 7919 * log),
      options({ exact, drawn }, { seeds: 30 }),
    )
    for (const result of strategies)
      if (result.evaluated) errors[result.name as 'exact'] += (result.loss_s.dr.value - truth) / LOGS
  }
  expect(Math.abs(errors.exact - errors.drawn)).toBeLessThan(0.03)
  expect(Math.abs(errors.drawn)).toBeLessThan(0.2)
})

test('memory does not grow with the length of the log', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const pool = simulate(explorer(0.5), 400, 1)
  const heap: number[] = []
  function* endless() {
    for (let row = 0; row < 24_000; row++) {
      if (row % 8000 === 7999) {
        collect()
        heap.push(process.memoryUsage().heapUsed)
      }
      const record = pool[row % pool.length]!
      yield { ...record, id: `gen-${row}`, time: record.time + row * 60_000, upstreamId: 'x'.repeat(500) + row }
    }
  }
  const { log } = await evaluateRecords(endless(), options({ greedy: explorer(0) }))
  expect(log.rows).toBe(24_000)
  // Kept rows would be tens of megabytes.
  expect(heap[2]! - heap[0]!).toBeLessThan(3e6)
})
