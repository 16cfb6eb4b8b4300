/**
 * How long a start takes: the bare proxy of the overhead benchmark, the router with two providers and with twenty, in
 * turns on one core, from spawning the process to its first 200 on /health. The bare proxy is plain JavaScript here, so
 * that none strips types.
 * Run: npm run bench:start [-- --quick] [-- --json]. Prints a table, or with --json the result; without --quick it
 * writes benchmarks/results/start.json.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PRESETS } from '../providers/openai-compatible/presets.ts'
import { isTemplate } from '../providers/openai-compatible/service.ts'
import { quantile } from './overhead/load.ts'
import { canPin, cpuMs, freePort, routerConfig } from './overhead/targets.ts'

const BAR = 2
const GOAL = 1.5
/** Of twenty providers, beside two. */
const MANY_BAR = 1.1
const TITLES = { bare: 'bare proxy', router: 'router, 2 providers', many: 'router, 20 providers' } as const
const ROUNDS = process.argv.includes('--quick') ? 4 : 20

interface Started {
  /** Milliseconds until the first 200, and of processor time until then (in steps of 10). */
  readonly wall: number
  readonly cpu: number
}

const question = (method: string, body: string) =>
  `${method} /health HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commonroute-start-'))
const upstream = createServer((_request, response) => response.end('{}'))

try {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port: upstreamPort } = upstream.address() as AddressInfo
  const port = await freePort()
  const bare = join(folder, 'bare-proxy.mjs')
  writeFileSync(bare, stripTypeScriptTypes(readFileSync(join(root, 'benchmarks/overhead/bare-proxy.ts'), 'utf8')))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const file = join(folder, 'config.yaml')
  const config = routerConfig(port, upstreamPort, { strategy: 'adaptive' })
  writeFileSync(file, config)
  const many = join(folder, 'many.yaml')
  writeFileSync(many, config.replace(/^models:/m, `${presets(18)}models:`))
  const targets = {
    // It forwards whatever it gets, and wants a body.
    bare: {
      args: [bare],
      question: question('POST', '{}'),
      env: { PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstreamPort}` },
    },
    router: { args: [join(root, 'bin/run.js'), 'serve', '-c', file], question: question('GET', ''), env: {} },
    many: { args: [join(root, 'bin/run.js'), 'serve', '-c', many], question: question('GET', ''), env: {} },
  }
  const runs: Runs = { bare: [], router: [], many: [] }
  // The first round fills the caches of the disk and of compiled code.
  for (let round = -1; round < ROUNDS; round++) {
    const order = ['bare', 'router', 'many'] as const
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const started = await startOnce(targets[name], port)
      if (round >= 0) runs[name].push(started)
    }
  }
  report(runs)
} finally {
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
}

type Runs = Readonly<Record<'bare' | 'router' | 'many', Started[]>>

/** Further services, as lines of the configuration. */
function presets(count: number): string {
  const names = Object.keys(PRESETS).filter((name) => PRESETS[name]!.keyVariable && !isTemplate(PRESETS[name]!.baseUrl))
  return names
    .slice(0, count)
    .map((name) => `  ${name}: { plugin: openai-compatible, preset: ${name}, api_key: key-${name} }\n`)
    .join('')
}

interface Target {
  readonly args: readonly string[]
  readonly env: object
  /** The request whose answer says that it has started. */
  readonly question: string
}

async function startOnce({ args, env, question }: Target, port: number): Promise<Started> {
  const [program, ...rest] = [...(canPin ? ['taskset', '-c', '0'] : []), process.execPath, ...args]
  const began = performance.now()
  const child = spawn(program!, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  while (!(await isHealthy(port, question))) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const started = { wall: performance.now() - began, cpu: cpuMs(child.pid!) }
  // Not SIGKILL: compiled code is kept at the end of a run.
  child.kill('SIGTERM')
  await exited
  return started
}

/** Over a bare socket: whoever asks shall cost little. */
function isHealthy(port: number, question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question))
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1').startsWith('HTTP/1.1 200'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

function report(runs: Runs): void {
  const rows = [
    row(runs, 'wall', ['bare', 'router'], BAR, GOAL),
    row(runs, 'cpu', ['bare', 'router'], BAR, GOAL),
    row(runs, 'wall', ['router', 'many'], MANY_BAR),
    row(runs, 'cpu', ['router', 'many'], MANY_BAR),
  ]
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    starts_each: ROUNDS,
    on_one_core: canPin,
    goal: GOAL,
  }
  const result = `${JSON.stringify({ facts, rows }, null, 2)}\n`
  if (process.argv.includes('--json')) process.stdout.write(result)
  else console.table(rows)
  if (!process.argv.includes('--quick')) writeFileSync(join(root, 'benchmarks/results/start.json'), result)
}

/** Medians of two targets, and how the second compares with the first, round by round. */
function row(runs: Runs, measure: 'cpu' | 'wall', pair: readonly [keyof Runs, keyof Runs], bar: number, goal = bar) {
  const [one, other] = pair
  const ratios = runs[other].map((each, at) => each[measure] / runs[one][at]![measure])
  const hundredths = (q: number) => Math.round(quantile(ratios, q) * 100) / 100
  const median = (name: keyof Runs) =>
    Math.round(
      quantile(
        runs[name].map((each) => each[measure]),
        0.5,
      ),
    )
  const ratio = hundredths(0.5)
  return {
    measure: measure === 'cpu' ? 'processor time, ms' : 'time, ms',
    of: TITLES[other],
    'with it': median(other),
    beside: TITLES[one],
    'with that': median(one),
    ratio,
    quartiles: `${hundredths(0.25)} to ${hundredths(0.75)}`,
    'at most': bar,
    verdict: ratio <= bar ? (goal < bar && ratio <= goal ? 'pass, goal met' : 'pass') : 'miss',
  }
}
