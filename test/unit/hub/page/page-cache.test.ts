import { expect, test } from 'vitest'
import { PageCache } from '../../../../src/hub/page/page-cache.ts'
import type { PageData } from '../../../../src/hub/publish/page-data.ts'
import { pageData } from '../../../helpers/page-data.ts'

function counted() {
  const rendered: (string | undefined)[] = []
  const cache = new PageCache(({ model }: PageData) => {
    rendered.push(model)
    return `page of ${model}`
  })
  return { cache, rendered }
}

test('a page is rendered once for a map, a history, a list of incidents and a minute', () => {
  const { cache, rendered } = counted()
  const data = pageData()
  const first = cache.page(data)
  expect(cache.page({ ...data, now: data.now + 59 })).toBe(first)
  expect(cache.page({ ...data, model: 'gpt-4o' }).toString()).toBe('page of gpt-4o')
  expect(rendered).toEqual([undefined, 'gpt-4o'])
})

test.each<[string, (data: PageData) => PageData]>([
  ['map', (data) => ({ ...data, map: { ...data.map! } })],
  ['history', (data) => ({ ...data, history: { ...data.history! } })],
  ['list of incidents', (data) => ({ ...data, incidents: [...data.incidents] })],
  ['minute', (data) => ({ ...data, now: data.now + 60 })],
])('another %s is another page', (_name, change) => {
  const { cache, rendered } = counted()
  const data = pageData()
  cache.page(data)
  cache.page(change(data))
  expect(rendered).toHaveLength(2)
})

test('names that nothing is published of get the overview, without being rendered', () => {
  const { cache, rendered } = counted()
  const data = pageData()
  for (const model of ['m1', 'Visit evil.example', '', 'x'.repeat(5_000)]) {
    expect(cache.page({ ...data, model }).toString()).toBe('page of undefined')
  }
  expect(rendered).toEqual([undefined])
})

test('however many models there are, the memory is not filled', () => {
  const { cache, rendered } = counted()
  const data = pageData({ models: 300, providers: 1 })
  for (const { model } of data.map!.cells) cache.page({ ...data, model })
  expect(new Set(rendered).size).toBe(rendered.length)
  const before = rendered.length
  cache.page({ ...data, model: data.map!.cells[0]!.model })
  expect(rendered).toHaveLength(before + 1)
})
