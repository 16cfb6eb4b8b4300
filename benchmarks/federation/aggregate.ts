/**
 * How long a hub takes for a map: members x cells on PostgreSQL and on PGlite, the first epoch and a later one, when
 * everybody has state already. Writes benchmarks/results/aggregate.json.
 *
 * Run: npx node -C source benchmarks/federation/aggregate.ts [--members 1000] [--cells 200] [--kinds postgres,pglite]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { Report } from '../../src/federation/protocol/types.ts'
import { aggregate } from '../../src/hub/aggregate/run.ts'
import { type DatabasePlace, type HubStore, openDatabase } from '../../src/hub/database/open.ts'
import { startPostgres } from '../../test/helpers/postgres.ts'
import { createSite, honestReport, type Site, truths } from './honest.ts'

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '1000' },
    cells: { type: 'string', default: '200' },
    kinds: { type: 'string', default: 'postgres,pglite' },
    out: { type: 'string', default: new URL('../results/aggregate.json', import.meta.url).pathname },
  },
})
const [members, cells] = [Number(values.members), Number(values.cells)]
const EPOCH = 480_000
const EPOCHS = 3
const SPREAD = { tau: 0.2, sigma: 0.6 }
/** As members send them unless told otherwise: no grids. */
const WITHOUT_GRIDS = { noise: true } as const
const key = generateSigningKey()
const settings = { key, epochSeconds: 3_600, k: 5 }
const catalogue = truths(1, 10, Math.ceil(cells / 20)).slice(0, cells)
const CONTINENTS = ['EU', 'NA', 'AS'] as const

async function prepare(store: HubStore, sites: readonly Site[]): Promise<void> {
  for (let at = 0; at < sites.length; at += 500) {
    const rows = sites.slice(at, at + 500).map(({ id }) => ({
      id,
      public_key: id,
      invite: id,
      cohort: id,
      continent: 'EU',
      status: 'active' as const,
      joined_at: 0,
      trust: null,
      deviation: 0,
      deviation_cells: 0,
      last_epoch: null,
    }))
    await store.db.insertInto('members').values(rows).execute()
  }
}

async function report(store: HubStore, sites: readonly Site[], epoch: number): Promise<void> {
  for (let at = 0; at < sites.length; at += 50) {
    const rows = sites.slice(at, at + 50).map((site, index) => {
      const honest = honestReport(1, site, epoch, SPREAD)
      const own = honest.cells.map(({ grids: _, ...cell }) => cell)
      const document: Report = { ...honest, ...WITHOUT_GRIDS, continent: CONTINENTS[(at + index) % 3]!, cells: own }
      return { member: site.id, epoch, hash: '', body: gzipSync(seal(document, key), { level: 1 }) }
    })
    await store.db.insertInto('reports').values(rows).execute()
  }
}

async function measure(kind: string, place: DatabasePlace) {
  const store = await openDatabase(place)
  const sites = Array.from({ length: members }, (_, at) => createSite(1, `member-${at}`, catalogue, SPREAD))
  await prepare(store, sites)
  const seconds: number[] = []
  let facts: Awaited<ReturnType<typeof aggregate>>
  for (let epoch = EPOCH; epoch < EPOCH + EPOCHS; epoch++) {
    await report(store, sites, epoch)
    const before = process.cpuUsage()
    const started = performance.now()
    facts = await aggregate(store, settings, epoch, epoch * 3_600)
    const { user, system } = process.cpuUsage(before)
    seconds.push((performance.now() - started) / 1000)
    console.log(
      kind,
      'epoch',
      epoch - EPOCH,
      `${seconds.at(-1)!.toFixed(2)} s`,
      `cpu of this process ${((user + system) / 1e6).toFixed(2)} s`,
    )
  }
  const { document, state } = await store.db
    .selectFrom('maps')
    .selectAll()
    .orderBy('epoch', 'desc')
    .executeTakeFirstOrThrow()
  const { bytes } = await store.db
    .selectFrom('contributions')
    .select((e) => e.fn.sum<number>(e.fn('length', ['state'])).as('bytes'))
    .executeTakeFirstOrThrow()
  await store.close()
  return {
    database: kind,
    first_s: round(seconds[0]!),
    later_s: round(seconds.at(-1)!),
    map_cells: facts!.cells,
    map_cells_dropped: facts!.dropped,
    map_bytes: document.length,
    map_brotli_bytes: brotliCompressSync(document).length,
    map_state_bytes: state.length,
    contributions_bytes: Number(bytes),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

const round = (value: number) => Math.round(value * 100) / 100

const rows = []
for (const kind of values.kinds.split(',')) {
  if (kind === 'postgres') {
    const server = await startPostgres()
    rows.push(
      await measure(kind, { kind: 'postgres', url: await server.createDatabase() }).finally(() => server.remove()),
    )
  } else {
    const directory = mkdtempSync(join(tmpdir(), 'aggregate-'))
    rows.push(await measure(kind, { kind: 'pglite', directory: join(directory, 'pglite') }))
    rmSync(directory, { recursive: true })
  }
}
console.table(rows)
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpus: cpus().length,
  members,
  cells,
  continents: 3,
}
writeFileSync(values.out, `${JSON.stringify({ facts, rows }, null, 2)}\n`)
