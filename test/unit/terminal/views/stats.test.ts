import { expect, test } from 'vitest'
import { paletteOf } from '../../../../src/terminal/colour.ts'
import { statsView } from '../../../../src/terminal/views/stats.ts'

const quantiles = (p50: number, p95: number) => ({ p50, p75: p95, p90: p95, p95, p99: p95, n: 9 })

test('times that are counted together are shown as what is known of them', () => {
  const row = {
    endpoint: 'local/m',
    models: ['m'],
    simulated: false,
    requests: 9,
    outcomes: {},
    ttft_ms: quantiles(10.9, 14),
    total_ms: quantiles(11.3, 812),
    input_tokens: 1,
    output_tokens: 1,
    cache_read_tokens: 0,
    cost_usd: 0,
  }
  const text = statsView({ window_s: 300, save_every_s: 10, rows: [row] }, { palette: paletteOf(false), width: 200 }, 0)
  expect(text).toMatch(/< 12 ms +14 ms/)
  expect(text).toMatch(/< 12 ms +812 ms/)
})
