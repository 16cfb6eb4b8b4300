import { expect, test } from 'vitest'
import { evaluateRecords } from '../../../../src/replay/log/evaluate-log.ts'
import type { Estimate } from '../../../../src/replay/log/ratio.ts'
import type { EvaluatedStrategy } from '../../../../src/replay/log/report-types.ts'
import { cheapest, explorer, options, simulate, truthOf } from './simulated-log.ts'

const LOGS = 300
const ROWS = 300
const TARGETS = { greedy: explorer(0), bold: explorer(0.6), spread: cheapest(0.5) }

/**
 * 300 draws of a coin with chance 0.95 lie in here with a chance of 99.9 %; above it only those intervals may lie that
 * are widened on purpose.
 */
const LOWEST = 0.908

interface Seen {
  covered: number
  errors: number[]
}

const figuresOf = ({ loss_s, difference_s, success_rate, ttft_s, cost_usd }: EvaluatedStrategy) => ({
  ...loss_s,
  difference: difference_s,
  success: success_rate,
  ttft: ttft_s!,
  cost: cost_usd!,
})

test(`intervals of ${LOGS} simulated logs cover the truth as often as they say, and estimates are right on average`, async () => {
  const logging = explorer(0.3)
  const before = truthOf(logging)
  const seen = new Map<string, Seen>()
  for (let log = 1; log <= LOGS; log++) {
    const { strategies, logged } = await evaluateRecords(simulate(logging, ROWS, 1_000_003 * log), options(TARGETS))
    note(seen, 'logged loss', logged!.loss_s, before.loss)
    for (const result of strategies) {
      if (!result.evaluated) throw new Error(`${result.name}: ${result.reason}`)
      const truth = truthOf(TARGETS[result.name as keyof typeof TARGETS])
      const { loss, success, ttft, cost } = truth
      const truths: Readonly<Record<string, number>> = { difference: loss - before.loss, success, ttft, cost }
      for (const [name, estimate] of Object.entries(figuresOf(result)))
        note(seen, `${result.name} ${name}`, estimate, truths[name] ?? loss)
    }
  }
  const coverage = Object.fromEntries([...seen].map(([name, { covered }]) => [name, covered / LOGS]))
  for (const [name, share] of Object.entries(coverage))
    expect(share, `coverage of ${name}: ${JSON.stringify(coverage)}`).toBeGreaterThan(LOWEST)
  // A direct replay exists where the target never explores, and only there.
  expect([...seen.keys()].filter((name) => name.endsWith(' replay'))).toEqual(['greedy replay'])
  for (const [name, { errors }] of seen) {
    const mean = errors.reduce((sum, error) => sum + error, 0) / LOGS
    const sd = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (LOGS - 1))
    expect(Math.abs(mean), `bias of ${name}`).toBeLessThan((3.3 * sd) / Math.sqrt(LOGS))
  }
})

function note(seen: Map<string, Seen>, name: string, { value, ci95: [low, high] }: Estimate, truth: number): void {
  const entry = seen.get(name) ?? { covered: 0, errors: [] }
  entry.covered += Number(low <= truth && truth <= high)
  entry.errors.push(value - truth)
  seen.set(name, entry)
}
