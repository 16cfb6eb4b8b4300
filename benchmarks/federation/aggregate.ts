/**
 * How long a hub takes for a map: members x cells on PostgreSQL and on PGlite, the first epoch and a later one, when
 * everybody has state already. The process that aggregates does nothing else, except on PGlite, where it is the
 * database too. Writes benchmarks/results/aggregate.json, where rows of other numbers stay.
 *
 * Run: npm run bench:federation:aggregate -- [--members 1000] [--cells 200] [--kinds postgres,pglite] [--epochs 2]
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { sql } from 'kysely'
import { type DatabasePlace, openDatabase } from '../../src/hub/database/open.ts'
import { startPostgres } from '../../test/helpers/postgres.ts'
import type { Done, Task } from './aggregate-worker.ts'
import { processorSeconds } from './processor-seconds.ts'

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '1000' },
    cells: { type: 'string', default: '200' },
    kinds: { type: 'string' },
    epochs: { type: 'string', default: '2' },
    out: { type: 'string', default: new URL('../results/aggregate.json', import.meta.url).pathname },
  },
})
const [members, cells, epochs] = [Number(values.members), Number(values.cells), Number(values.epochs)]
const EPOCH = 480_000
/** PGlite is good for hundreds of members. */
const PGLITE_MEMBERS = 2_000
const kinds = values.kinds ?? (members > PGLITE_MEMBERS ? 'postgres' : 'postgres,pglite')
const MB = 1e6

class Worker {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('./aggregate-worker.ts', import.meta.url)), {
    execArgv: ['-C', 'source'],
  })

  static async open(place: DatabasePlace): Promise<Worker> {
    const worker = new Worker()
    await worker.do({ work: 'open', place, members, cells })
    return worker
  }

  async do(task: Task): Promise<Done> {
    this.#child.send(task)
    const ended = once(this.#child, 'exit').then(() => Promise.reject(new TypeError(`${task.work}: the process ended`)))
    const [done] = (await Promise.race([once(this.#child, 'message'), ended])) as [Done]
    return done
  }
}

/** @param databaseCpu seconds of a processor that the database took, where it is a process of its own */
async function measure(kind: string, place: DatabasePlace, databaseCpu: () => number) {
  const aggregator = await Worker.open(place)
  const writer = kind === 'pglite' ? aggregator : await Worker.open(place)
  await writer.do({ work: 'join' })
  const runs: (Done & { readonly databaseCpuSeconds: number })[] = []
  for (let epoch = EPOCH; epoch < EPOCH + epochs; epoch++) {
    await writer.do({ work: 'report', epoch })
    const before = databaseCpu()
    const done = await aggregator.do({ work: 'aggregate', epoch })
    runs.push({ ...done, databaseCpuSeconds: databaseCpu() - before })
    const { seconds, cpuSeconds, databaseCpuSeconds, peakRssMb } = runs.at(-1)!
    console.log(
      `${kind}, epoch ${epoch - EPOCH}: ${seconds.toFixed(2)} s; of a processor ${cpuSeconds.toFixed(2)} s here and`,
      `${databaseCpuSeconds.toFixed(2)} s in the database; peak ${peakRssMb} MB`,
    )
  }
  await aggregator.do({ work: 'close' })
  if (writer !== aggregator) await writer.do({ work: 'close' })
  const [first, later] = [runs[0]!, runs.at(-1)!]
  const stored = await sizes(place)
  return {
    database: kind,
    members,
    cells,
    first_s: round(first.seconds),
    later_s: round(later.seconds),
    first_cpu_s: round(first.cpuSeconds),
    later_cpu_s: round(later.cpuSeconds),
    first_database_cpu_s: round(first.databaseCpuSeconds),
    later_database_cpu_s: round(later.databaseCpuSeconds),
    load_average: Math.round(loadavg()[0]!),
    map_cells: later.facts!.cells,
    map_cells_dropped: later.facts!.dropped,
    ...stored,
    peak_rss_mb: later.peakRssMb,
  }
}

async function sizes(place: DatabasePlace) {
  const store = await openDatabase(place)
  const { document, state } = await store.db
    .selectFrom('maps')
    .selectAll()
    .orderBy('epoch', 'desc')
    .executeTakeFirstOrThrow()
  const { bytes } = await store.db
    .selectFrom('contributions')
    .select((e) => e.fn.sum<number>(e.fn('length', ['state'])).as('bytes'))
    .executeTakeFirstOrThrow()
  const { rows } = await sql<{ size: number }>`select pg_database_size(current_database()) as size`.execute(store.db)
  await store.close()
  return {
    map_bytes: document.length,
    map_brotli_bytes: brotliCompressSync(document).length,
    map_state_bytes: state.length,
    contributions_bytes: Number(bytes),
    database_mb: Math.round(Number(rows[0]!.size) / MB),
  }
}

const round = (value: number) => Math.round(value * 100) / 100

type Row = Awaited<ReturnType<typeof measure>>
const rows: Row[] = []
for (const kind of kinds.split(',')) {
  if (kind === 'postgres') {
    const server = await startPostgres()
    const place = { kind, url: await server.createDatabase() } as const
    rows.push(await measure(kind, place, () => processorSeconds(server.pid())).finally(() => server.remove()))
  } else {
    const directory = mkdtempSync(join(tmpdir(), 'aggregate-'))
    rows.push(await measure(kind, { kind: 'pglite', directory: join(directory, 'pglite') }, () => 0))
    rmSync(directory, { recursive: true })
  }
}
console.table(rows)
const nameOf = ({ database, members: of, cells: each }: Row) => `${database} ${of} ${each}`
const made = new Set(rows.map(nameOf))
const before: Row[] = existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')).rows : []
const all = [...before.filter((row) => !made.has(nameOf(row))), ...rows]
all.sort((a, b) => a.members - b.members || b.database.localeCompare(a.database))
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpus: cpus().length,
  providers: 10,
  continents: 3,
}
writeFileSync(values.out, `${JSON.stringify({ facts, rows: all }, null, 2)}\n`)
