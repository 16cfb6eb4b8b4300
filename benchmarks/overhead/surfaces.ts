/**
 * What other surfaces than chat cost, over the bare proxy and over the router in turns: Responses passed through and
 * translated from chat, speech as bytes, a picture in base64. Processor time is what is compared. Build first.
 *
 * Run: node -C source benchmarks/overhead/surfaces.ts [--rounds 5] [--seconds 1] [--warm 3]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type ASKS, askOf } from './asks.ts'
import { quantile, run } from './load.ts'
import { cpuMs, startTargets } from './targets.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    warm: { type: 'string', default: '3' },
  },
})

interface Scene {
  readonly name: string
  readonly kind: keyof typeof ASKS
  readonly stream: boolean
  readonly concurrency: number
}

const SCENES: readonly Scene[] = [
  { name: 'chat, whole', kind: 'chat', stream: false, concurrency: 64 },
  { name: 'Responses, whole', kind: 'responses', stream: false, concurrency: 64 },
  { name: 'Responses from chat, whole', kind: 'translated', stream: false, concurrency: 64 },
  { name: 'chat, streams of 20 chunks', kind: 'chat', stream: true, concurrency: 100 },
  { name: 'Responses, streams of 20 chunks', kind: 'responses', stream: true, concurrency: 100 },
  { name: 'Responses from chat, streams of 20 chunks', kind: 'translated', stream: true, concurrency: 100 },
  { name: 'speech, 64 kB', kind: 'speech', stream: false, concurrency: 32 },
  { name: 'image, 1 MB in base64', kind: 'image', stream: false, concurrency: 8 },
]

const targets = await startTargets()
try {
  const [bare, router] = ['bare proxy', 'router'].map((name) => targets.list.find((target) => target.name === name)!)
  const ask = async (target: typeof bare, { kind, stream, concurrency }: Scene, seconds: number) => {
    const { port, pid } = target!
    const before = cpuMs(pid!)
    const load = { port, stream, concurrency, seconds, ask: askOf(kind, target === router) }
    const { errors, latencies, firstToken } = await run(load)
    const answers = stream ? firstToken.length : latencies.length
    return { errors, cpuUs: (1000 * (cpuMs(pid!) - before)) / answers }
  }
  const rows: (string | number)[][] = []
  for (const scene of SCENES) {
    for (const target of [bare, router]) await ask(target, scene, Number(values.warm))
    const ofBare: number[] = []
    const ofRouter: number[] = []
    let errors = 0
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const target of round % 2 === 0 ? [bare, router] : [router, bare]) {
        const one = await ask(target, scene, Number(values.seconds))
        errors += one.errors
        const of = target === router ? ofRouter : ofBare
        of.push(one.cpuUs)
      }
    }
    const lowest = [Math.min(...ofBare), Math.min(...ofRouter)] as const
    const added = ofRouter.map((us, round) => us - ofBare[round]!)
    rows.push([
      scene.name,
      errors,
      ...lowest.map(Math.round),
      ...[lowest[1] - lowest[0], quantile(added, 0.5)].map(Math.round),
    ])
  }
  const columns = ['scene', 'errors', 'bare, us', 'router, us', 'added, us', 'added at the median, us']
  console.table(rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))))
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    rounds: Number(values.rounds),
    seconds_each: Number(values.seconds),
    load_average: Math.round(loadavg()[0]! * 10) / 10,
  }
  const title = 'Processor time per answer'
  const note = 'At the lowest of the rounds, by which another load of the machine shows least; a stream has 20 chunks.'
  const results = new URL('../results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  const table = { title, note, columns, rows }
  writeFileSync(new URL('surfaces.json', results), `${JSON.stringify({ facts, tables: [table] }, null, 2)}\n`)
} finally {
  await targets.stop()
}
