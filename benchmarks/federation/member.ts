/**
 * What a membership costs the request path (one call of `learn` for each attempt), and once an epoch or every ten
 * seconds beside it: report, preview, book. Run: node -C source benchmarks/federation/member.ts [--json]
 */
import { gzipSync } from 'node:zlib'
import { seeded } from '../../src/base/random.ts'
import { discreteLaplace } from '../../src/federation/member/report/discrete-laplace.ts'
import { drawCellNoise } from '../../src/federation/member/report/noise.ts'
import { noiseStream } from '../../src/federation/member/report/noise-stream.ts'
import { PublicNames } from '../../src/federation/member/report/public-name.ts'
import { buildReport } from '../../src/federation/member/report/report.ts'
import { ReportBook } from '../../src/federation/member/report/report-book.ts'
import { generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import { REPORT_KINDS } from '../../src/federation/protocol/words.ts'
import { sampleOf } from '../../src/outcomes/sample.ts'
import type { Outcome } from '../../src/outcomes/types.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const random = seeded(1)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const CLASSES = ['lt1k', 'lt8k', 'lt64k', 'more'].flatMap((size) => [`chat.${size}.plain`, `chat.${size}.structured`])
const models = Array.from({ length: 125 }, (_, i) => `openrouter/maker/model-${i}`)
const names = new PublicNames({
  providers: new Map(
    ['openrouter', 'private'].map((id) => [
      id,
      {
        id,
        plugin: 'openai-compatible',
        options: id === 'private' ? { base_url: 'http://10.0.0.1/v1' } : { preset: 'openrouter', api_key: 'k' },
        optional: false,
        place: {},
        placeOf: () => ({}),
      },
    ]),
  ),
  federation: { providers: {}, models },
})

function outcome(endpoint: string, workload: string, at: number): Outcome {
  const ttftMs = 400 * Math.exp(0.5 * normal())
  const tokensPerSecond = 60 * Math.exp(0.4 * normal())
  const outputTokens = Math.ceil(300 * random())
  const kind = random() < 0.03 ? REPORT_KINDS[4]! : 'ok'
  const totalMs = ttftMs + (1000 * outputTokens) / tokensPerSecond
  const usage = { inputTokens: Math.ceil(2000 * random()), outputTokens, cacheReadTokens: 100 }
  return {
    endpoint,
    class: workload,
    kind,
    at,
    stream: random() < 0.7,
    ttftMs,
    totalMs,
    tokensPerSecond,
    usage,
    costUsd: 0.001 * random(),
  }
}

const book = () => new ReportBook({ epochSeconds: 3_600, names, now: START })
const rows: { measure: string; value: number; unit: string }[] = []
const row = (measure: string, value: number, unit: string) =>
  rows.push({ measure, value: Math.round(value * 1000) / 1000, unit })

/** Nanoseconds of processor time for each of `count` calls, the least of seven rounds: the machine is shared. */
function timed(count: number, run: (i: number) => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round++) {
    const start = process.threadCpuUsage()
    for (let i = 0; i < count; i++) run(i)
    const { user, system } = process.threadCpuUsage(start)
    best = Math.min(best, (1000 * (user + system)) / count)
  }
  return best
}

{
  const outcomes = Array.from({ length: 4_096 }, (_, i) => outcome(models[i % 20]!, CLASSES[i % 4]!, START + i))
  const learning = book()
  row('learn, 80 cells in use', timed(200_000, (i) => learning.learn(outcomes[i & 4_095]!)) / 1000, 'us')
  const wide = Array.from({ length: 4_096 }, (_, i) => outcome(models[i % 125]!, CLASSES[(i >> 3) % 8]!, START + i))
  row('learn, 1,000 cells in use', timed(200_000, (i) => learning.learn(wide[i & 4_095]!)) / 1000, 'us')
  row('  of which src/outcomes/sample.ts', timed(200_000, (i) => sampleOf(outcomes[i & 4_095]!)) / 1000, 'us')
  const withheld = outcome('private/model', CLASSES[0]!, START)
  row('learn, private endpoint', timed(1_000_000, () => learning.learn(withheld)) / 1000, 'us')
}
{
  const full = book()
  // 1,000 cells of 400 requests; the largest 500 go into the report.
  for (let i = 0; i < 400_000; i++) full.learn(outcome(models[i % 125]!, CLASSES[Math.floor(i / 125) % 8]!, START + i))
  row('snapshot and JSON of 1,000 cells', timed(3, () => JSON.stringify(full.snapshot())) / 1e6, 'ms')
  row('book.json of 1,000 cells', JSON.stringify(full.snapshot()).length / 1e6, 'MB')
  full.end(START / HOUR)
  const noisy = { continent: 'EU', noise: true, grids: false } as const
  row('noise of one cell', timed(500, (i) => drawCellNoise(noiseStream(full.noiseKey, String(i)))) / 1e6, 'ms')
  row(
    'report of 500 cells with noise',
    timed(1, () => buildReport(full.cells, START / HOUR, full.noiseKey, noisy)) / 1e6,
    'ms',
  )
  const key = generateSigningKey()
  for (const [what, settings] of [
    ['with noise', noisy],
    ['with grids', { ...noisy, noise: false, grids: true }],
  ] as const) {
    const { report, withoutGrids } = buildReport(full.cells, START / HOUR, full.noiseKey, settings)
    const sealed = seal(report, key)
    row(
      `${report.cells.length} cells ${what}${withoutGrids ? ' (did not fit, left out)' : ''}`,
      sealed.length / 1e3,
      'kB',
    )
    row('  on the wire', gzipSync(sealed).length / 1e3, 'kB')
  }
}
const words = noiseStream(Buffer.alloc(32), '')
row('one draw of discrete Laplace noise', timed(20_000, () => discreteLaplace(4_000, 4, words)) / 1000, 'us')

if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
else console.table(rows)
