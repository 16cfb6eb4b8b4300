/**
 * How long the hub takes to draw its pages, and how large they are, with 3,000 endpoints of seven cells each: more than
 * a map may hold. Run: npm run bench:federation:page [-- --endpoints 3000 --json]. Prints a table, or the rows, and
 * writes benchmarks/results/page.json.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import type { DrawnPage } from '../../src/hub/page/page-cache.ts'
import type { PageData } from '../../src/hub/publish/page-data.ts'
import { buildPage } from '../../test/helpers/built-page.ts'
import { pageData } from '../../test/helpers/page-data.ts'

const { values } = parseArgs({
  options: {
    endpoints: { type: 'string', default: '3000' },
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: new URL('../results/page.json', import.meta.url).pathname },
  },
})
const PROVIDERS = 7
const ROUNDS = 15
const VIEWS = {
  'overview, of a new map': '',
  overview: '',
  'all endpoints': '?show=all',
  'sorted by speed': '?sort=speed',
  'of one kind, size and continent': '?kind=chat&size=lt1k&continent=EU',
  'found by a word': '?q=model-1',
  'a model': 'models/openai/gpt-4o',
  'a provider': 'providers/groq',
  'compared endpoints': '?compare=openai/gpt-4o,openai/gpt-4o-mini,deepseek/deepseek-v3.2',
  'all endpoints as CSV': 'endpoints.csv',
} as const

const built = await buildPage()
const models = Math.ceil(Number(values.endpoints) / PROVIDERS)
let data: PageData = pageData({ models, providers: PROVIDERS })

/** Each round in a minute of its own: nothing is drawn already. */
function draw(name: string, address: string) {
  const ms: number[] = []
  const cpu: number[] = []
  let page: DrawnPage | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const { map, now } = data
    data = { ...data, now: now + 60, map: name.endsWith('new map') ? { ...map! } : map }
    const { pathname, searchParams } = new URL(address, 'http://hub/')
    const before = process.cpuUsage()
    const started = performance.now()
    page = built.page.page(data, pathname.slice(1), searchParams) as DrawnPage
    ms.push(performance.now() - started)
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / 1_000)
  }
  const { body } = page!
  const row = { median_ms: median(ms), cpu_ms: median(cpu), bytes: body.length }
  return { page: name, ...row, brotli_bytes: brotliCompressSync(body).length }
}

const median = (numbers: readonly number[]): number =>
  Number(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!.toFixed(1))

// What the engine does while it is warm is what a hub does: the first round of all is not counted.
draw('', '')
const rows = Object.entries(VIEWS).map(([name, address]) => draw(name, address))
const html = (built.page.page(data, '', new URLSearchParams()) as DrawnPage).body.toString()
const script = built.page.asset(/assets\/([^"]+\.js)/.exec(html)![1]!)!.body
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpus: availableParallelism(),
  endpoints: models * PROVIDERS,
  cells: data.map!.cells.length,
  script_bytes: script.length,
  script_brotli_bytes: brotliCompressSync(script).length,
}
if (values.json) console.log(JSON.stringify(rows))
else {
  console.log(facts)
  console.table(rows)
}
writeFileSync(values.out, `${JSON.stringify({ facts, rows }, undefined, 2)}\n`)
await built.remove()
