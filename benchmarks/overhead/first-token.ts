/**
 * What the router adds to the first token of a stream: bursts of streams that are asked for at the same moment, one
 * burst over the bare proxy, the next over the router, in turns, so that both meet the same machine. A burst's figure
 * is the median of its streams; what is added, the difference between neighbours. Build first.
 *
 * Run: node -C source benchmarks/overhead/first-token.ts [--rounds 300] [--warm 8]
 */
import { parseArgs } from 'node:util'
import { Burst } from './burst.ts'
import { quantile, run } from './load.ts'
import type { Target } from './target.ts'
import { startTargets } from './targets.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '300' }, warm: { type: 'string', default: '8' } },
})
const BURSTS = [1, 10, 100]

process.env.CHUNKS = '2'
const targets = await startTargets()
try {
  const compared = targets.list.filter(({ name }) => name === 'bare proxy' || name === 'router')
  for (const { port } of compared) await run({ port, concurrency: 100, stream: true, seconds: Number(values.warm) })
  const rows = []
  for (const streams of BURSTS) rows.push(await measure(compared, streams))
  console.table(rows)
} finally {
  await targets.stop()
}

async function measure([bare, router]: readonly Target[], streams: number) {
  const [one, other] = [await Burst.open(bare!.port, streams), await Burst.open(router!.port, streams)]
  // What comes first of a path is slow.
  for (let i = 0; i < 20; i++) {
    await one.ask()
    await other.ask()
  }
  const [ofBare, ofRouter, added]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < Math.ceil(Number(values.rounds) / Math.sqrt(streams)); i++) {
    // Neither is always the first.
    const asRouter = i % 2 === 0 ? await other.ask() : undefined
    const asBare = await one.ask()
    const last = asRouter ?? (await other.ask())
    ofBare.push(asBare)
    ofRouter.push(last)
    added.push(last - asBare)
  }
  one.close()
  other.close()
  const ms = (value: number) => Math.round(value * 1000) / 1000
  return {
    streams,
    bare_lowest_ms: ms(Math.min(...ofBare)),
    router_lowest_ms: ms(Math.min(...ofRouter)),
    bare_ms: ms(quantile(ofBare, 0.5)),
    router_ms: ms(quantile(ofRouter, 0.5)),
    added_quartile_ms: ms(quantile(added, 0.25)),
    added_ms: ms(quantile(added, 0.5)),
  }
}
