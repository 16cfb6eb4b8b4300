import { expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/format/text.ts'
import { summarize } from '../../../../src/bench/summary.ts'
import { paletteOf } from '../../../../src/terminal/colour.ts'
import { benchView } from '../../../../src/terminal/views/bench.ts'

const run = (endpoint: string, times: readonly (readonly [number, number] | string)[]) =>
  times.map((time, round) => ({
    endpoint,
    round,
    at: 0,
    attempt:
      typeof time === 'string'
        ? ({ endpoint, kind: 'provider_overloaded', startMs: 0, totalMs: 5, status: 503, message: time } as const)
        : ({
            endpoint,
            kind: 'ok',
            startMs: 0,
            ttftMs: time[0],
            totalMs: time[1],
            usage: { outputTokens: 101 },
            costUsd: 0.002,
          } as const),
  }))

const SUMMARIES = summarize(
  ['groq/llama', 'local/qwen'],
  [
    ...run('groq/llama', [
      [100, 600],
      [120, 620],
      [400, 900],
    ]),
    ...run('local/qwen', [[1000, 5000], 'busy \x1b[2J now', [1500, 6000]]),
  ],
)

test('a table, failures with an example each, and plots', () => {
  expect(benchView(SUMMARIES, { width: 90, palette: paletteOf(false) })).toMatchInlineSnapshot(`
    "endpoint    n     ok  TTFT p50     p95  tokens/s  total p50     p95     cost
    groq/llama  3   100%    120 ms  372 ms       200     620 ms  872 ms  $0.0060
    local/qwen  3  66.7%    1.25 s  1.48 s      23.6     5.50 s  5.95 s  $0.0040

    Failures
      local/qwen  1 overloaded: busy now

    Time to first token
      groq/llama  ├─▒█▒▒▒▒▒▒▒▒▒▒▒▒▒▒─────┃┤                         ▁▂█
      local/qwen                                          ├─▒▒█▒─┃  ▁×▅
                  100 ms                                    1.50 s
      ├ min  ▒ middle half  █ median  ┃ p95  ┤ max   right: each request in order, × failed

    Total time
      groq/llama  ▒█▒▒▒▒──┃
      local/qwen                                             ├▒█▒┃
                  600 ms                                    6.00 s"
  `)
})

test('no line is wider than the terminal', () => {
  for (const width of [70, 90, 140]) {
    const lines = benchView(SUMMARIES, { width, palette: paletteOf(true) }).split('\n')
    for (const line of lines.filter((text) => !text.includes('min'))) expect(textWidth(line)).toBeLessThanOrEqual(width)
  }
})

test('nothing measured: no plots', () => {
  expect(benchView(summarize(['a/b'], []), { width: 80, palette: paletteOf(false) })).toBe(
    'endpoint  n  ok  TTFT p50  p95  tokens/s  total p50  p95  cost\na/b       0   -         -    -         -          -    -     -',
  )
})
