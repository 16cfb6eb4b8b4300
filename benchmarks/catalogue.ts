/**
 * What the catalogue of models weighs: the published facts of some services' models, and the routes to them that
 * `GET /v1/models` lists. Heap and buffers after a full collection, before and after; and how long the files take to
 * read. Run: npm run bench:catalogue. Prints a table, or with --json the result, and writes
 * benchmarks/results/catalogue.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildCatalogue } from '../src/app/build-catalogue.ts'
import { bundledInfo } from '../src/catalogue/bundled.ts'
import { openCatalogue } from '../src/catalogue/updates.ts'
import { checkText, configOf } from '../src/config/load.ts'
import { primaryServices } from '../src/plugins/built-in.ts'
import { createRegistry } from '../src/plugins/registry.ts'

/** MB, also of all that is published, which nobody configures. */
const BAR = 15
const MB = 1_000_000
const ROUNDS = 5

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const folder = mkdtempSync(join(tmpdir(), 'commonroute-catalogue-'))

const heap = (): number => {
  for (let again = 0; again < 3; again++) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The least processor time that `make` takes of some rounds, in ms, and the megabytes that it leaves behind. */
async function weighed<Prepared, Made>(prepare: () => Promise<Prepared> | Prepared, make: (from: Prepared) => Made) {
  let ms = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const first = await prepare()
    const start = process.cpuUsage()
    make(first)
    const { user, system } = process.cpuUsage(start)
    ms = Math.min(ms, (user + system) / 1000)
  }
  const second = await prepare()
  const before = heap()
  const made = make(second)
  return { made, mb: (heap() - before) / MB, ms }
}

const published = bundledInfo()!.services
const services = (await primaryServices()).filter(({ id, keyVariable }) => keyVariable && published[id])
/** The largest first: nobody's choice is worse. */
const largest = services.map(({ id }) => id).sort((a, b) => published[b]! - published[a]!)

/** What is published of those models, made whole. */
async function rowOf(title: string, ids: readonly string[]) {
  const known = await weighed(
    () => openCatalogue(folder),
    (catalogue) => ({ catalogue, models: ids.map((id) => catalogue.modelsOf(id)) }),
  )
  const models = known.made.models.reduce((sum, list) => sum + list.length, 0)
  return { what: title, services: ids.length, models, mb: known.mb, ms: known.ms }
}

/** The same as models to be routed to, and listed. */
async function listedRow(title: string, ids: readonly string[]) {
  const providers = Object.fromEntries(
    services
      .filter(({ id }) => ids.includes(id))
      .map(({ id, plugin, options }) => [
        id,
        {
          ...(plugin !== id && { plugin }),
          ...options,
          ...(JSON.stringify(options ?? {}).includes('${') && { base_url: 'https://account.example/v1' }),
          api_key: 'key-of-an-account',
          models: 'known',
        },
      ]),
  )
  const config = configOf(checkText(JSON.stringify({ providers }), { directory: folder }, {}))
  const { made, mb, ms } = await weighed(
    () => buildCatalogue(config, createRegistry({ directory: folder, log: quiet })),
    (catalogue) => ({ catalogue, models: catalogue.known() }),
  )
  return { what: title, services: Object.keys(providers).length, models: made.models.size, mb, ms }
}

try {
  // The first one pays for what is loaded once.
  await rowOf('', ['openai'])
  await listedRow('', ['openai'])
  const three = ['openai', 'anthropic', 'openrouter']
  const twenty = largest.slice(0, 20)
  const rows = [
    await rowOf('facts of three', three),
    await rowOf('facts of the twenty largest', twenty),
    await rowOf('facts of all', Object.keys(published)),
    await listedRow('facts and routes of three', three),
    await listedRow('facts and routes of the twenty largest', twenty),
  ]
  report(
    rows.map(({ mb, ms, ...row }) => ({
      ...row,
      mb: Number(mb.toFixed(1)),
      ms: Math.round(ms),
      bar: `< ${BAR}: ${mb < BAR ? 'met' : 'missed'}`,
    })),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function report(rows: readonly object[]): void {
  const facts = {
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    memory: 'after a full collection',
    ms: 'CPU time, the least of five',
  }
  const result = `${JSON.stringify({ facts, rows }, undefined, 1)}\n`
  if (process.argv.includes('--json')) console.log(result)
  else console.table(rows)
  writeFileSync(new URL('./results/catalogue.json', import.meta.url), result)
}
