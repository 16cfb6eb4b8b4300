import { expect, test } from 'vitest'
import { BEST, nextOrder, readOrder, sorted, writeOrder } from '../../../../web/hub/state/order.ts'
import { readView, writeView } from '../../../../web/hub/state/view.ts'

const row = (id: string, speed?: number) => ({
  id,
  provider: id,
  model: 'm',
  name: 'm',
  ...(speed !== undefined && { speed }),
})
const rows = [row('a', 50), row('b'), row('c', 90)]
const ids = (order: typeof BEST) => sorted(rows, order).map(({ id }) => id)

test('a heading sorts the best first, then turns round; rows without the figure stay last', () => {
  const first = nextOrder(BEST, 'speed')
  expect(ids(first)).toEqual(['c', 'a', 'b'])
  expect(ids(nextOrder(first, 'speed'))).toEqual(['a', 'c', 'b'])
})

test('an order is written by what it sorts, with a dash when the worst comes first', () => {
  for (const text of ['speed', '-speed', 'ttft', '-ttft', 'best']) expect(writeOrder(readOrder(text)!)).toBe(text)
  expect(readOrder('ttft')).toEqual({ key: 'ttft', way: 1 })
  expect(readOrder('speed')).toEqual({ key: 'speed', way: -1 })
  for (const text of ['constructor', '', '-', null]) expect(readOrder(text)).toBeUndefined()
})

const FACETS = {
  providers: ['groq'],
  kinds: ['chat', 'embedding'],
  sizes: ['lt1k'],
  regions: ['eu-west-1'],
  continents: ['EU'],
}
const read = (query: string) => readView(new URLSearchParams(query), FACETS)

test('the address holds the view, and nothing when it is the first', () => {
  expect(writeView(read(''))).toBe('?')
  const query = '?q=a+b&kind=chat&size=lt1k&region=eu-west-1&continent=EU&provider=groq&sort=-speed&show=all&page=2'
  expect(writeView(read(query))).toBe(query)
})

test('what the map does not have, and what is no number, is as if it was not there', () => {
  expect(read('kind=video&provider=x&region=y&continent=z&size=big&sort=colour&page=-1&show=some')).toEqual(read(''))
  expect(read(`q=${'x'.repeat(5_000)}`).q).toHaveLength(100)
})
