/**
 * How many signed reports a hub takes: one hub process, reports of 200 cells over HTTP on keep-alive connections, each
 * acknowledged after its commit. PostgreSQL with fsync on. "Per core" is reports per second of processor time; the load
 * comes from another process and is not counted. Of some rounds the best counts: what else the machine does only makes
 * them worse, also in processor time.
 *
 * Run: npx node -C source benchmarks/federation/ingest.ts
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { epochAt } from '../../src/federation/protocol/epoch.ts'
import { importPublicKey } from '../../src/federation/protocol/keys.ts'
import { REPORT_BYTES } from '../../src/federation/protocol/limits.ts'
import { unseal, verifySealed } from '../../src/federation/protocol/signed.ts'
import { checkReport } from '../../src/federation/protocol/validate.ts'
import type { DatabasePlace } from '../../src/hub/database/open.ts'
import { inflate } from '../../src/hub/ingest/inflate.ts'
import { removeDirectory, temporaryDirectory } from '../../test/helpers/directory.ts'
import { postgresBinaries, startPostgres } from '../../test/helpers/postgres.ts'
import type { Start } from './ingest-hub.ts'
import { processorSeconds } from './processor-seconds.ts'
import { type MadeReports, makeReports } from './reports.ts'

const MEMBERS = 200
const EPOCHS = 20
const WARM_UP = 5
/** Epochs in a round. */
const ROUND = 3
const CELLS = 200
const EPOCH_S = 3_600
const CONNECTIONS = 32

interface Row {
  readonly database: string
  readonly reports: number
  readonly 'reports/s': number
  readonly 'per core (hub)': number
  readonly 'per core (hub + database)': number
  readonly 'p50 ms': number
  readonly 'p99 ms': number
  readonly bar: number
}

const made = makeReports(MEMBERS, EPOCHS, CELLS, epochAt(Date.now(), EPOCH_S))
const rows: Row[] = []
if (postgresBinaries()) {
  const server = await startPostgres({ fsync: 'on' })
  const cpu = () => processorSeconds(server.pid())
  rows.push(await measure('PostgreSQL', { kind: 'postgres', url: await server.createDatabase() }, 500, cpu))
  await server.remove()
} else console.error('PostgreSQL is not installed: NOT MEASURED')
const directory = await temporaryDirectory()
rows.push(await measure('PGlite', { kind: 'pglite', directory: `${directory}/pglite` }, 100, () => 0))
await removeDirectory(directory)

const steps = stepTimes(made)
const result = {
  facts: {
    cells: CELLS,
    'report bytes': Math.round(made.plainBytes),
    'gzip bytes': Math.round(made.bodies.reduce((sum, body) => sum + body.length, 0) / made.bodies.length),
    connections: CONNECTIONS,
    cpu: cpus()[0]?.model ?? 'unknown',
    'load average': Math.round(loadavg()[0]!),
  },
  tables: [
    { columns: Object.keys(rows[0]!), rows: rows.map((row) => Object.values(row)) },
    { title: 'One report, in microseconds', columns: Object.keys(steps), rows: [Object.values(steps)] },
  ],
}
console.table(rows)
console.table(steps)
writeFileSync(new URL('../results/ingest.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`)

async function measure(database: string, place: DatabasePlace, bar: number, databaseCpu: () => number): Promise<Row> {
  const hub = fork(fileURLToPath(new URL('./ingest-hub.ts', import.meta.url)), { execArgv: ['-C', 'source'] })
  const start: Start = { place, publicKeys: made.members.map(({ publicKey }) => publicKey), epochSeconds: EPOCH_S }
  hub.send(start)
  const [{ port }] = (await once(hub, 'message')) as [{ port: number }]
  const hubCpu = async () => {
    hub.send('cpu')
    const [{ cpu }] = (await once(hub, 'message')) as [{ cpu: NodeJS.CpuUsage }]
    return (cpu.user + cpu.system) / 1e6
  }
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
  await sendAll(pool, made.bodies.slice(0, WARM_UP * MEMBERS))
  let best: Row | undefined
  for (let from = WARM_UP; from < EPOCHS; from += ROUND) {
    const before = [await hubCpu(), databaseCpu(), performance.now()] as const
    const times = await sendAll(pool, made.bodies.slice(from * MEMBERS, (from + ROUND) * MEMBERS))
    const wallMs = performance.now() - before[2]
    const [own, others] = [(await hubCpu()) - before[0], databaseCpu() - before[1]]
    const n = times.length
    const sorted = times.toSorted((a, b) => a - b)
    const row: Row = {
      database,
      reports: n,
      'reports/s': Math.round((n / wallMs) * 1000),
      'per core (hub)': Math.round(n / own),
      'per core (hub + database)': Math.round(n / (own + others)),
      'p50 ms': Math.round(sorted[Math.floor(n / 2)]! * 10) / 10,
      'p99 ms': Math.round(sorted[Math.floor(n * 0.99)]! * 10) / 10,
      bar,
    }
    if (!best || row['per core (hub + database)'] > best['per core (hub + database)']) best = row
  }
  await pool.close()
  hub.send('stop')
  await once(hub, 'exit')
  return best!
}

/** Milliseconds of each. */
async function sendAll(pool: Pool, bodies: readonly Buffer[]): Promise<number[]> {
  const headers = { 'content-type': 'application/vnd.commonroute.signed', 'content-encoding': 'gzip' }
  let next = 0
  const times: number[] = []
  const lane = async () => {
    while (next < bodies.length) {
      const started = performance.now()
      const answer = await pool.request({ method: 'POST', path: '/v1/reports', headers, body: bodies[next++]! })
      const text = await answer.body.text()
      if (answer.statusCode !== 202) throw new TypeError(`the hub answered ${answer.statusCode}: ${text}`)
      times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  return times
}

/** What each step of a report costs on its own, without HTTP and the database. */
function stepTimes({ bodies, members }: MadeReports): Record<string, number> {
  const totals: Record<string, number> = {}
  const timed = <Result>(name: string, work: () => Result): Result => {
    const started = performance.now()
    const result = work()
    totals[name] = (totals[name] ?? 0) + performance.now() - started
    return result
  }
  const keys = members.map(({ publicKey }) => importPublicKey(publicKey))
  for (const [index, body] of bodies.entries()) {
    const bytes = timed('inflate', () => inflate(body, 'gzip', REPORT_BYTES))
    const sealed = timed('unseal', () => unseal(bytes))
    const document = timed('verify and parse', () => verifySealed('report', sealed, keys[index % MEMBERS]))
    timed('check', () => checkReport(document))
    timed('hash', () => createHash('sha256').update(sealed.payload).digest('hex'))
  }
  return Object.fromEntries(Object.entries(totals).map(([name, ms]) => [name, Math.round((ms / bodies.length) * 1000)]))
}
