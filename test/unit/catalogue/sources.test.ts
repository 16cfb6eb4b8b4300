import { expect, test } from 'vitest'
import { PRESETS } from '../../../providers/openai-compatible/presets.ts'
import { GENAI_IDS, priceIn } from '../../../scripts/catalogue/genai-prices.ts'
import { bundledInfo, bundledRows } from '../../../src/catalogue/bundled.ts'
import { makerIn, modelKey } from '../../../src/catalogue/names.ts'
import { BUILT_IN, builtInServices } from '../../../src/plugins/built-in.ts'

const info = bundledInfo()!
const services = Object.keys(info.services)
const rows = services.flatMap((service) => bundledRows(service).map((row) => ({ service, row })))

test('the table names its sources, and holds enough', () => {
  expect(info.sources.join(' ')).toMatch(/models\.dev at [0-9a-f]{40}.*genai-prices \d/)
  expect(info.date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  expect(rows.length).toBeGreaterThan(4000)
  const plain = rows.filter(({ row }) => row.price && row.context)
  expect(plain.length / rows.length).toBeGreaterThan(0.9)
})

test('no service is in it that neither a preset nor a plugin is for', async () => {
  const known = new Set([...Object.keys(BUILT_IN.provider), ...(await builtInServices()).map(({ id }) => id)])
  expect(services.filter((service) => !known.has(service))).toEqual([])
})

test('every preset that was read there has its models under its own name', () => {
  const without = Object.entries(PRESETS).filter(
    ([name, { sources }]) => sources.some((url) => url.includes('/models.dev/')) && bundledRows(name).length === 0,
  )
  expect(without.map(([name]) => name)).toEqual([])
})

test('keys are those of the rules of today: after a change of them, npm run models', () => {
  for (const { service, row } of rows) expect(row.key, `${service}/${row.id}`).toBe(modelKey(row.id))
})

test('prices are those of the installed package: after a bump, npm run models', () => {
  for (const { service, row } of rows) {
    const { price } = priceIn(service, row, Date.parse(info.date))
    if (price) expect(row.price, `${service}/${row.id}`).toEqual(price)
  }
})

test('two sources agree on what a model costs at its maker and at Vercel', () => {
  const atMaker = new Map(
    rows.flatMap(({ service, row: { canonical, price } }) =>
      GENAI_IDS[service] && service !== 'openrouter' && canonical && price && makerOf[service] === makerIn(canonical)
        ? [[canonical, price] as const]
        : [],
    ),
  )
  const compared = bundledRows('vercel').flatMap(({ canonical, price }) => {
    const other = canonical === undefined ? undefined : atMaker.get(canonical)
    return price && other ? [Math.abs(price.prompt - other.prompt) <= 0.02 * Math.max(price.prompt, other.prompt)] : []
  })
  expect(compared.length).toBeGreaterThan(60)
  expect(compared.filter(Boolean).length / compared.length).toBeGreaterThan(0.85)
})

const makerOf: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  gemini: 'google',
  mistral: 'mistralai',
  openai: 'openai',
  xai: 'x-ai',
}
