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
  expect(cache.page({ ...data, model: 'm' }).toString()).toBe('page of m')
  expect(rendered).toEqual([undefined, 'm'])
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

test('readers who ask for any name do not fill the memory', () => {
  const { cache, rendered } = counted()
  const data = pageData()
  for (let index = 0; index < 1000; index++) cache.page({ ...data, model: `m${index}` })
  cache.page({ ...data, model: 'm0' })
  expect(rendered).toHaveLength(1001)
  // A name that cannot be one is not kept at all: the overview answers.
  expect(cache.page({ ...data, model: 'x'.repeat(5_000) }).toString()).toBe('page of undefined')
})
