import { expect, test } from 'vitest'
import { PageCache } from '../../../../src/hub/page/page-cache.ts'
import type { CreateSite } from '../../../../src/hub/page/site.ts'
import type { PageData } from '../../../../src/hub/publish/page-data.ts'
import { pageData } from '../../../helpers/page-data.ts'

/** A cache over a site whose pages are called as their paths are; `gone/...` are all one. */
function counted(bodyOf = (key: string) => `page of ${key}`) {
  const drawn: string[] = []
  const createSite: CreateSite = () => ({
    paths: () => [''],
    page: (path) => {
      if (path === 'old') return { location: 'new' }
      const key = path.startsWith('gone/') ? 'gone' : path
      const body = () => {
        drawn.push(key)
        return bodyOf(key)
      }
      return { key, status: key === 'gone' ? 404 : 200, contentType: 'text/plain', body }
    },
  })
  const cache = new PageCache(createSite)
  return { drawn, page: (data: PageData, path = '') => cache.page(data, path, new URLSearchParams()) }
}

test('a page is drawn once for a map, a history, a list of incidents and a minute', () => {
  const { page, drawn } = counted()
  const data = pageData()
  const first = page(data)
  expect(page({ ...data, now: data.now + 59 })).toBe(first)
  expect(page(data, 'models/m')).toMatchObject({ status: 200, body: Buffer.from('page of models/m') })
  expect(drawn).toEqual(['', 'models/m'])
})

test.each<[string, (data: PageData) => PageData]>([
  ['map', (data) => ({ ...data, map: { ...data.map! } })],
  ['history', (data) => ({ ...data, history: { ...data.history! } })],
  ['list of incidents', (data) => ({ ...data, incidents: [...data.incidents] })],
  ['name of the hub', (data) => ({ ...data, hub: { ...data.hub, name: 'another' } })],
  ['minute', (data) => ({ ...data, now: data.now + 60 })],
])('another %s is another page', (_name, change) => {
  const { page, drawn } = counted()
  const data = pageData()
  page(data)
  page(change(data))
  expect(drawn).toHaveLength(2)
})

test('made-up names are drawn once for all of them, and an old address draws nothing', () => {
  const { page, drawn } = counted()
  const data = pageData()
  for (const name of ['a', 'Visit evil.example', 'x'.repeat(5_000)])
    expect(page(data, `gone/${name}`)).toMatchObject({ status: 404 })
  expect(page(data, 'old')).toEqual({ location: 'new' })
  expect(drawn).toEqual(['gone'])
})

test.each([
  ['many', 1_000, 10],
  ['large', 20, 4_000_000],
])('%s pages do not fill the memory', (_name, pages, bytes) => {
  const { page, drawn } = counted(() => 'x'.repeat(bytes))
  const data = pageData()
  for (let at = 0; at < pages; at++) page(data, `p${at}`)
  expect(drawn).toHaveLength(pages)
  page(data, 'p0')
  expect(drawn).toHaveLength(pages + 1)
  page(data, 'p0')
  expect(drawn).toHaveLength(pages + 1)
})
