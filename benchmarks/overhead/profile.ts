/**
 * Where a request's time goes: the router, run from its sources so that every frame names its file, beside the bare
 * proxy, both under closed loops after a warm-up. Processor time per request by part of the house, from a CPU profile;
 * and what garbage collection costs. Time in a function that is nobody's own (Node, V8) counts for whoever called it.
 *
 * Run: npm run bench:overhead:profile [-- --seconds 5 --warm 15 --concurrency 64 --stream --functions 20 --save FOLDER]
 * `--functions`: so many of each part are printed; `--save`: the profiles themselves, for a viewer.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { attach, type GcFigures } from './inspector.ts'
import { type Measured, run } from './load.ts'
import { type Part, partsOf } from './profile-parts.ts'
import type { Target } from './target.ts'
import { cpuMs, residentMb, startTargets } from './targets.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    warm: { type: 'string', default: '15' },
    concurrency: { type: 'string', default: '64' },
    stream: { type: 'boolean', default: false },
    functions: { type: 'string', default: '0' },
    save: { type: 'string' },
  },
})
const SECONDS = Number(values.seconds)
const CONCURRENCY = Number(values.concurrency)
/** Parts of less, in us per request, are summed up. */
const SMALL_US = 0.4

interface Seen {
  readonly name: string
  /** Of the process, without a profiler. */
  readonly cpuUs: number
  readonly residentMb: number
  readonly requests: number
  readonly gc: GcFigures
  readonly parts: readonly Part[]
}

const targets = await startTargets({ router: { strategy: 'adaptive' } }, { inspected: true })
const seen: Seen[] = []
try {
  for (const target of targets.list) if (target.inspector !== undefined) seen.push(await look(target))
} finally {
  await targets.stop()
}
const [bare, router] = [seen.find(({ name }) => name === 'bare proxy')!, seen.find(({ name }) => name === 'router')!]
const tables = [ledger(), collections()]
for (const { title, columns, rows } of tables) {
  console.log(title)
  console.table(rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))))
}
for (const part of byCost(router)) {
  if (Number(values.functions) > 0) console.log(`\n${part.name}`)
  for (const [label, share] of part.functions.slice(0, Number(values.functions)))
    console.log(`${(share * router.cpuUs).toFixed(2).padStart(8)}  ${label}`)
}
if (!values.stream) {
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    connections: CONCURRENCY,
    seconds_each: SECONDS,
    warm_up_seconds: Number(values.warm),
    load_average: Math.round(loadavg()[0]! * 10) / 10,
  }
  const results = new URL('../results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  writeFileSync(new URL('profile.json', results), `${JSON.stringify({ facts, tables }, null, 2)}\n`)
}

async function look({ name, port, pid, inspector }: Target): Promise<Seen> {
  const load = (seconds: number) =>
    run({ port, concurrency: CONCURRENCY, stream: values.stream, seconds }).then(requestsOf)
  await load(Number(values.warm))
  const process = await attach(inspector!)
  const before = cpuMs(pid!)
  const { result: requests, gc } = await process.collections(() => load(SECONDS))
  const cpuUs = (1000 * (cpuMs(pid!) - before)) / requests
  const memory = residentMb(pid!) ?? Number.NaN
  const { profile } = await process.cpuProfile(() => load(SECONDS))
  process.close()
  if (values.save) writeFileSync(`${values.save}/${name.replaceAll(' ', '-')}.cpuprofile`, JSON.stringify(profile))
  return { name, cpuUs, residentMb: memory, requests, gc, parts: partsOf(profile) }
}

function requestsOf({ latencies, firstToken }: Measured): number {
  return values.stream ? firstToken.length : latencies.length
}

function byCost({ parts }: Seen): Part[] {
  return parts.toSorted((one, other) => other.share - one.share)
}

/** Microseconds of processor time per request. */
function ledger() {
  const us = ({ parts, cpuUs }: Seen, name: string) => (parts.find((part) => part.name === name)?.share ?? 0) * cpuUs
  const all = byCost(router).map(({ name }) => name)
  const names = [...all, ...bare.parts.map(({ name }) => name).filter((name) => !all.includes(name))]
  const isSmall = (name: string) => us(router, name) < SMALL_US && us(bare, name) < SMALL_US
  const sum = (of: Seen) => names.filter(isSmall).reduce((total, name) => total + us(of, name), 0)
  const rows = [
    ...names.filter((name) => !isSmall(name)).map((name) => [name, us(bare, name), us(router, name)] as const),
    ['all others', sum(bare), sum(router)] as const,
    ['together', bare.cpuUs, router.cpuUs] as const,
  ]
  return {
    title: 'Where the time goes',
    columns: ['part', 'bare proxy, us per request', 'router, us per request'],
    rows: rows.map(([name, one, other]) => [name, round(one), round(other)]),
    note: 'Shares of a CPU profile, of the processor time that was taken without one.',
  }
}

function collections() {
  return {
    title: 'Garbage collection',
    columns: [
      'target',
      'requests',
      'scavenges',
      'ms',
      'longest, ms',
      'kB promoted by each',
      'full',
      'ms in them',
      'resident, MB',
    ],
    rows: seen.map(({ name, requests, gc, residentMb: memory }) =>
      [
        name,
        requests,
        gc.scavenges,
        gc.scavengeMs,
        gc.longestScavengeMs,
        gc.promotedPerScavenge / 1024,
        gc.full,
        gc.fullMs,
        memory,
      ].map((value) => (typeof value === 'number' ? round(value) : value)),
    ),
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
