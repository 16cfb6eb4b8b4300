import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MapCell } from '../../../../src/federation/protocol/types.ts'
import { createPage, type HubPage } from '../../../../src/hub/page/create-page.ts'
import { buildPage } from '../../../helpers/built-page.ts'
import { EPOCH, mapOf, pageData } from '../../../helpers/page-data.ts'

let page: HubPage
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ page, remove } = await buildPage())
})
afterAll(() => remove())

const html = (data = pageData()) => page.html(data).toString()
const links = (text: string) => [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link!)

test('without a build it says how to make one', async () => {
  const unbuilt = await createPage({ directory: '/nowhere' })
  expect(unbuilt.html(pageData()).toString()).toContain('npm run build')
  expect(unbuilt.asset('client.js')).toBeUndefined()
})

test('every file that the page asks for is there, and nothing comes from elsewhere', () => {
  const files = links(html()).filter((link) => link.startsWith('assets/'))
  expect(files).toHaveLength(4)
  for (const file of files) expect(page.asset(file.slice('assets/'.length))?.body.length).toBeGreaterThan(0)
  expect(links(html()).filter((link) => /^[a-z]+:|^\/\//.test(link))).toEqual([])
})

test('an asset is a name in a list: no path leads out of it', () => {
  for (const name of ['../hub-page.js', '/etc/passwd', '', '.', '__proto__']) expect(page.asset(name)).toBeUndefined()
})

test('no script and no style stands in the page itself', () => {
  for (const text of [html(), html(pageData({ model: 'gpt-4o' }))]) {
    expect(text).not.toMatch(/ style=/)
    expect(text).not.toMatch(/ on[a-z]+=/)
    expect([...text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([
      expect.stringMatching(/^ type="module" src="assets\//),
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
  for (const text of [html(data), html({ ...data, model: hostile })]) {
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
  const [, row] = /<tbody[^>]*>(.*?)<\/tbody>/s.exec(html(pageData({ map: mapOf([cell]), history: undefined })))!
  expect(
    row!
      .replace(/<[^>]*>/g, '|')
      .split('|')
      .filter(Boolean),
  ).toEqual(['m-1', 'acme', '321 ms', '1.24 s', '77', '99.00 %', '$0.45', '20+', '–', 'no figure'])
})

test('no map, an empty map, a model that is no longer in it, one that never was', () => {
  expect(html(pageData({ map: undefined, history: undefined }))).toContain('No map yet')
  expect(html(pageData({ map: mapOf([]) }))).toContain('The map is still empty')
  const { history, map } = pageData()
  const { model } = history!.series[0]!
  const gone = mapOf(map!.cells.filter((cell) => cell.model !== model))
  expect(html(pageData({ model, map: gone }))).toContain('The map has no endpoint of this model')
  expect(html(pageData({ model: 'nobody-has-it' }))).toBe(html())
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

test('the command to join names the hub, when that knows its address', () => {
  expect(html(pageData({ url: 'https://hub.example' }))).toContain('federation join https://hub.example --invite')
  expect(html()).toContain('federation join https://this-hub --invite')
  expect(html(pageData({ url: 'http://127.0.0.1:4100' }))).toContain('federation join https://this-hub --invite')
})

test('scripts stay below 60 kB as they travel', () => {
  const scripts = links(html()).filter((link) => link.endsWith('.js'))
  expect(scripts).toHaveLength(1)
  expect(gzipSync(page.asset(scripts[0]!.slice('assets/'.length))!.body).length).toBeLessThan(60_000)
})
