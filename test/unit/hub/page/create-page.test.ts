import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MapCell } from '../../../../src/federation/protocol/types.ts'
import { NO_FACTS } from '../../../../src/hub/facts/facts.ts'
import { createPage, type HubPage } from '../../../../src/hub/page/create-page.ts'
import { buildPage } from '../../../helpers/built-page.ts'
import { EPOCH, mapOf, pageData } from '../../../helpers/page-data.ts'

let page: HubPage
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ page, remove } = await buildPage())
})
afterAll(() => remove())

function html(data = pageData(), address = ''): string {
  const { pathname, searchParams } = new URL(address, 'http://hub/')
  const found = page.page(data, pathname.slice(1), searchParams)
  if ('location' in found) throw new Error(`moved to ${found.location}`)
  return found.body.toString()
}
const links = (text: string) => [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link!)

test('without a build it says how to make one', async () => {
  const unbuilt = await createPage({ directory: '/nowhere' })
  expect(unbuilt.page(pageData(), '', new URLSearchParams())).toMatchObject({
    body: expect.toSatisfy((body: Buffer) => body.toString().includes('npm run build')),
  })
  expect(unbuilt.asset('client.js')).toBeUndefined()
})

test.each(['', 'models/openai/gpt-4o'])(
  'every file that /%s asks for is there, and nothing comes from elsewhere',
  (path) => {
    const files = links(html(pageData(), path)).flatMap(
      (link) => /^(?:\.\/|(?:\.\.\/)+)assets\/(.*)/.exec(link)?.[1] ?? [],
    )
    expect(files.length).toBeGreaterThanOrEqual(3)
    for (const file of files) expect(page.asset(file)?.body.length).toBeGreaterThan(0)
    expect(links(html(pageData(), path)).filter((link) => /^[a-z]+:(?!.*groq\.example)|^\//.test(link))).toEqual([])
  },
)

test('an asset is a name in a list: no path leads out of it', () => {
  for (const name of ['../hub-page.js', '/etc/passwd', '', '.', '__proto__']) expect(page.asset(name)).toBeUndefined()
})

test('no script and no style stands in the page itself', () => {
  for (const path of ['', 'models/openai/gpt-4o', 'providers/groq', '?compare=openai/gpt-4o', 'incidents/i2']) {
    const text = html(pageData(), path)
    expect(text).not.toMatch(/ style=/)
    expect(text).not.toMatch(/ on[a-z]+=/)
    expect([...text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([
      expect.stringMatching(/^ type="module" src="(\.\/|(\.\.\/)+)assets\//),
      ' type="application/json" id="state"',
    ])
  }
})

test('what members and readers name is text, in the page and in its data', () => {
  const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&<!--`
  const cell: MapCell = {
    provider: hostile,
    model: hostile,
    region: hostile,
    continent: 'EU',
    class: 'chat.lt1k.plain',
    as_of: EPOCH,
    members: 5,
  }
  const incidents = [{ id: hostile, provider: hostile, model: hostile, region: hostile, opened: 1, members: 5 }]
  const series = { ...pageData().history!.series[0]!, provider: hostile, model: hostile }
  const data = pageData({
    hub: { ...pageData().hub, name: hostile },
    map: mapOf([cell]),
    incidents,
    history: { ...pageData().history!, series: [series] },
  })
  for (const path of [
    '',
    `models/${encodeURIComponent(hostile)}`,
    `incidents/${encodeURIComponent(hostile)}`,
    'incidents',
    `?q=${encodeURIComponent(hostile)}`,
  ]) {
    const text = html(data, path)
    expect(text).not.toContain('<img')
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('<!--')
    expect(text.match(/<\/script>/g)).toHaveLength(2)
    const [, state] = /id="state">(.*)<\/script>/.exec(text)!
    expect(JSON.parse(state!).state.hub.name).toBe(hostile)
  }
})

test('the figures of the map stand in the table', () => {
  const cell: MapCell = {
    provider: 'acme',
    model: 'm-1',
    as_of: EPOCH,
    members: 20,
    quantiles: { ttft: [321, 1_240], speed: [77.4, 90] },
    success: { a: 99, b: 1 },
    price: 0.45,
  }
  const [, row] = /<tbody[^>]*>(.*?)<\/tbody>/s.exec(
    html(pageData({ map: mapOf([cell]), history: undefined, facts: NO_FACTS })),
  )!
  expect(
    row!
      .replace(/<[^>]*>/g, '|')
      .split('|')
      .filter((text) => text.trim() !== '' && text !== '–' && text !== 'no figure'),
  ).toEqual(['m-1', 'acme', '321 ms', '77', '99.00 %', '≈$0.45', '20+'])
})

test('no map, an empty map, a model that is no longer in it, one that never was', () => {
  expect(html(pageData({ map: undefined, history: undefined }))).toContain('No map yet')
  expect(html(pageData({ map: mapOf([]) }))).toContain('The map is still empty')
  const { history, map } = pageData()
  const { model } = history!.series[0]!
  const gone = mapOf(map!.cells.filter((cell) => cell.model !== model))
  expect(html(pageData({ map: gone }), `models/anthropic/${model}`)).toContain('The map has no endpoint of this model')
  expect(html(pageData(), 'models/nobody-has-it')).toContain('There is no such page')
})

test('an overdue map is called so, and one that nobody uses any more as well', () => {
  const at = (hours: number) => html(pageData({ now: (EPOCH + 1 + hours) * 3_600 }))
  expect(at(2.5)).toContain('Map is current')
  expect(at(3)).toContain('No new map of late')
  expect(at(3)).not.toContain('stopped using it')
  expect(at(25)).toContain('stopped using it')
})

test('the hub says its own k and epoch', () => {
  const text = html(pageData({ hub: { ...pageData().hub, k: 7, epoch_seconds: 600 } }))
  expect(text).toContain('at least 7 independent members')
  expect(text).toContain('one report every 10 minutes')
})

test('who runs the hub, on what terms, and where else it is, stands below every page', () => {
  const about = {
    ...{ operator: 'ACME', contact: 'hub@acme.example', terms: '/terms', licence: 'CC-BY-4.0', retention: 'A day.' },
    mirrors: ['https://mirror.example'],
  }
  const hub = { ...pageData().hub, ...about }
  for (const path of ['', 'models/openai/gpt-4o']) {
    const [, footer] = /<footer>(.*)<\/footer>/s.exec(html(pageData({ hub }), path))!
    for (const text of [
      'Run by ACME',
      'href="mailto:hub@acme.example"',
      'CC-BY-4.0',
      'A day.',
      'https://mirror.example',
    ])
      expect(footer).toContain(text)
    expect(footer).toMatch(/href="(\.\/|(\.\.\/)+)\/?terms"/)
  }
})

test('a private hub says that reports are exact', () => {
  expect(html(pageData({ hub: { ...pageData().hub, k: 1, private: true } }))).toContain('Exact: this hub is private')
  expect(html()).toContain('With noise, unless they switch it off')
})

test('the command to join names the hub, when that knows its address', () => {
  expect(html(pageData({ url: 'https://hub.example' }))).toContain('federation join https://hub.example --invite')
  expect(html()).toContain('federation join https://this-hub --invite')
  const open = { ...pageData().hub, enrolment: { difficulty: 20 } }
  expect(html(pageData({ url: 'https://hub.example', hub: open }))).toMatch(/federation join https:\/\/hub\.example</)
  expect(html(pageData({ url: 'http://127.0.0.1:4100' }))).toContain('federation join https://this-hub --invite')
})

test('an old address and a provider’s name of a model lead to the model’s page', () => {
  const at = (path: string, query = '') => page.page(pageData(), path, new URLSearchParams(query))
  expect(at('', 'model=gpt-4o')).toEqual({ location: './models/openai/gpt-4o' })
  expect(at('models/gpt-4o')).toEqual({ location: '../models/openai/gpt-4o' })
  expect(at('', 'model=nobody-has-it')).toMatchObject({ status: 200 })
})

test('every page of the site can be drawn', () => {
  const data = pageData()
  const paths = page.paths(data)
  expect(paths).toEqual(
    expect.arrayContaining([
      '',
      'incidents',
      'incidents.atom',
      'endpoints.csv',
      'models/openai/gpt-4o',
      'providers/groq',
      'incidents/i1',
    ]),
  )
  for (const path of paths) expect(page.page(data, path, new URLSearchParams())).toMatchObject({ status: 200 })
})

test('as files the pages lead nowhere but to files', () => {
  const data = pageData({ models: 60, isCopy: true })
  const paths = new Set(page.paths(data))
  expect(paths).toContain('overview/3')
  for (const path of paths) {
    if (path.includes('.')) continue
    const text = html(data, path)
    expect(text).not.toContain('<form')
    const own = links(text).filter((link) => !/assets\/|^https:|^#|\/v1\//.test(link))
    for (const link of own) {
      const file = new URL(link, `http://hub/${path}.html`).pathname.slice(1)
      expect(paths).toContain(file.replace(/^(index|(.*))\.html$/, '$2'))
    }
  }
})

test('a page is also reached at the name of its file', () => {
  const moved = (path: string) => page.page(pageData(), path, new URLSearchParams())
  expect(moved('incidents.html')).toEqual({ location: './incidents' })
  expect(moved('models/openai/gpt-4o.html')).toEqual({ location: '../../models/openai/gpt-4o' })
  expect(moved('models/nothing.html')).toMatchObject({ status: 404 })
})

test('there is one script, below 60 kB, and below 20 kB as it travels', () => {
  const scripts = links(html(pageData(), 'models/openai/gpt-4o')).filter((link) => link.endsWith('.js'))
  expect(scripts).toHaveLength(1)
  const { body } = page.asset(scripts[0]!.slice('../../assets/'.length))!
  expect(body.length).toBeLessThan(60_000)
  expect(gzipSync(body).length).toBeLessThan(20_000)
})
