/**
 * Writes the table of models that comes with the router, src/catalogue/models/, from two public sources: facts and
 * prices from a checkout of https://github.com/anomalyco/models.dev (MIT), and prices with their tiers and times from
 * the package @pydantic/genai-prices (MIT), which is the newer one and counts where both know a model. Services that
 * the router has no preset and no plugin for are left out: nothing would ever ask for their models.
 * Run: npm run models -- CHECKOUT
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromModelsDev, MAKERS_OWN, withCanonical } from '../src/catalogue/models-dev.ts'
import { modelKey } from '../src/catalogue/names.ts'
import type { Row } from '../src/catalogue/row.ts'
import { BUILT_IN, builtInServices } from '../src/plugins/built-in.ts'
import { GENAI_IDS, modelsWithPrices, priceIn } from './catalogue/genai-prices.ts'
import { readCheckout } from './catalogue/models-dev-checkout.ts'

/** No longer served, as the makers' pages say, and not in models.dev at all. */
const RETIRED =
  /^claude-(?:[12]|v1|instant|3-|3\.)|^(?:ada|babbage|curie|davinci|text-(?:ada|babbage|curie|davinci))|^gpt-(?:3\.5|4)-(?!turbo$|1)|^gpt-4\.5|^o1-(?:mini|preview)|^gemini-(?:pro|1)|^grok-(?:1|2|beta|vision)|^command(?:-light|-nightly)?$/

/** Where the other source holds two services as one, or open weights as the maker's service. */
const OWN: Readonly<Record<string, RegExp>> = { gemini: /^(?:gemini|gemma|imagen|veo)/, openai: /^(?!gpt-oss)/ }

const FOLDER = fileURLToPath(new URL('../src/catalogue/models/', import.meta.url))

const [checkout] = process.argv.slice(2)
if (checkout === undefined) {
  console.error('Usage: npm run models -- CHECKOUT, a checkout of https://github.com/anomalyco/models.dev')
  process.exit(2)
}
const [commit, date] = execFileSync('git', ['-C', checkout, 'log', '-1', '--format=%H %cs'], { encoding: 'utf8' })
  .trim()
  .split(' ') as [string, string]
const { version } = JSON.parse(
  readFileSync(new URL('../node_modules/@pydantic/genai-prices/package.json', import.meta.url), 'utf8'),
)
const today = new Date().toISOString().slice(0, 10)

const source = readCheckout(checkout)
/** Keys of what is no longer served, by service. */
const retired = new Map(
  [...fromModelsDev(source, ({ status }) => status === 'deprecated')].map(([service, models]) => [
    service,
    keysOf(models),
  ]),
)
const usable = new Set([...Object.keys(BUILT_IN.provider), ...(await builtInServices()).map(({ id }) => id)])
const rows = new Map([...withPrices(fromModelsDev(source))].filter(([service]) => usable.has(service)))
rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
for (const [service, models] of rows) {
  const sorted = models.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  writeFileSync(join(FOLDER, `${service}.json`), `[\n${sorted.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
}
const info = {
  date: today,
  sources: [
    `https://github.com/anomalyco/models.dev at ${commit}, ${date} (MIT)`,
    `@pydantic/genai-prices ${version} (MIT)`,
  ],
  services: Object.fromEntries([...rows].map(([service, models]) => [service, models.length])),
}
writeFileSync(join(FOLDER, '_catalogue.json'), `${JSON.stringify(info, undefined, 1)}\n`)
console.log(`${readdirSync(FOLDER).length - 1} services, ${[...rows.values()].flat().length} models`)

/** Prices of the newer source in place of those of the other one, and the models that only it has. */
function withPrices(found: ReadonlyMap<string, readonly Row[]>): Map<string, Row[]> {
  const now = Date.parse(today)
  const all = new Map<string, Row[]>()
  for (const [service, models] of found)
    all.set(
      service,
      models.map((row) => ({ ...row, ...priceIn(service, row, now) })),
    )
  const offered = new Set(Object.keys(MAKERS_OWN).flatMap((service) => keysOf(all.get(service))))
  for (const service of Object.keys(GENAI_IDS)) {
    const models = all.get(service) ?? []
    const known = new Set([...keysOf(models), ...(retired.get(service) ?? [])])
    // It keeps what is no longer served, for past calls: of hosts only what its maker still has is taken.
    const isServed = ({ id }: Row) => isMaker(service) || offered.has(modelKey(id))
    models.push(
      ...modelsWithPrices(service, now).filter(
        (row) =>
          row.context !== undefined &&
          !known.has(modelKey(row.id)) &&
          !RETIRED.test(row.id) &&
          isServed(row) &&
          (OWN[service]?.test(row.id) ?? true),
      ),
    )
    if (isMaker(service)) for (const key of keysOf(models)) offered.add(key)
    if (models.length > 0) all.set(service, models)
  }
  return withCanonical(all)
}

function isMaker(service: string): boolean {
  return Object.hasOwn(MAKERS_OWN, service)
}

function keysOf(models: readonly Row[] = []): string[] {
  return models.map(({ id }) => modelKey(id))
}
