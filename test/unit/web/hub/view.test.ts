import { expect, test } from 'vitest'
import { FIGURE_COLUMNS } from '../../../../web/hub/components/columns.tsx'
import { FIRST_ORDER, nextOrder, sorted } from '../../../../web/hub/components/order.ts'
import { matches, readView, writeView } from '../../../../web/hub/components/view.ts'

const rows = [
  { provider: 'a', model: 'x', speed: 50 },
  { provider: 'b', model: 'x' },
  { provider: 'c', model: 'y', speed: 90 },
]
const speed = FIGURE_COLUMNS.find(({ id }) => id === 'speed')!

test('the first click sorts the best first, the second turns it round; rows without the figure stay last', () => {
  const first = nextOrder(FIRST_ORDER, speed)
  expect(sorted(rows, first).map(({ provider }) => provider)).toEqual(['c', 'a', 'b'])
  expect(sorted(rows, nextOrder(first, speed)).map(({ provider }) => provider)).toEqual(['a', 'c', 'b'])
})

test('all words must stand in the name', () => {
  const view = readView('?q=GPT+azure')
  expect(matches(view, { provider: 'azure-openai', model: 'gpt-4o' })).toBe(true)
  expect(matches(view, { provider: 'openai', model: 'gpt-4o' })).toBe(false)
  expect(matches(readView('?provider=groq'), { provider: 'openai', model: 'groq' })).toBe(false)
})

test('the address holds the view, and nothing when it is the first', () => {
  expect(writeView(readView(''))).toBe('')
  const query = '?q=a+b&provider=p&sort=-speed'
  expect(writeView(readView(query))).toBe(query)
  expect(readView('?sort=constructor').order).toEqual(FIRST_ORDER)
})
