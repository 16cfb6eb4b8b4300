import { expect, test } from 'vitest'
import type { MapCell } from '../../../../src/federation/protocol/types.ts'
import { cellRows } from '../../../../web/hub/state/cells.ts'
import { endpointRows } from '../../../../web/hub/state/endpoints.ts'
import { figuresOf } from '../../../../web/hub/state/figures.ts'
import { incidentViews } from '../../../../web/hub/state/incidents.ts'
import { pageState } from '../../../../web/hub/state/page-state.ts'
import { EPOCH, pageData } from '../../../helpers/page-data.ts'

const cell = (rest: Partial<MapCell> = {}): MapCell => ({
  provider: 'p',
  model: 'm',
  as_of: EPOCH,
  members: 5,
  ...rest,
})

test('figures come from the quantiles of the map', () => {
  const figures = figuresOf(
    cell({ quantiles: { ttft: [300, 900], speed: [70, 90] }, success: { a: 19, b: 1 }, price: 0.5 }),
  )
  expect(figures).toEqual({ ttft50: 300, ttft95: 900, speed: 70, uptime: 0.95, price: 0.5, members: 5 })
})

test('without quantiles they are those of the log-normal distribution of the moments', () => {
  const { ttft50, ttft95 } = figuresOf(cell({ ttft: { mean: Math.log(400), tau2: 0.09, sigma2: 0.16 } }))
  expect(ttft50).toBeCloseTo(400)
  expect(ttft95).toBeCloseTo(400 * Math.exp(1.645 * 0.5))
})

test('an endpoint is a row once, with the figures of the whole, whatever the order of its cells', () => {
  const whole = cell({ price: 1 })
  const part = cell({ class: 'chat.lt1k.plain', price: 2 })
  const rows = [{ provider: 'p', model: 'm', price: 1, members: 5 }]
  expect(endpointRows([whole, part], undefined, [])).toEqual(rows)
  expect(endpointRows([part, whole], undefined, [])).toEqual(rows)
})

test('an endpoint of which only parts are published is a row without figures; a provider alone is none', () => {
  const cells = [cell({ class: 'chat.lt1k.plain', price: 2 }), { provider: 'p', as_of: EPOCH, members: 5 }]
  expect(endpointRows(cells, undefined, [])).toEqual([{ provider: 'p', model: 'm' }])
})

test('rows go by model, the fastest first, those without a time last', () => {
  const at = (provider: string, model: string, ms?: number) =>
    cell({ provider, model, ...(ms && { quantiles: { ttft: [ms, ms] } }) })
  const rows = endpointRows([at('a', 'y', 9), at('b', 'x'), at('c', 'x', 7), at('d', 'x', 3)], undefined, [])
  expect(rows.map(({ provider }) => provider)).toEqual(['d', 'c', 'b', 'a'])
})

test('only an open incident marks its endpoint', () => {
  const incident = { id: '1', provider: 'p', model: 'm', region: '-', opened: 10, members: 5 }
  expect(endpointRows([cell()], undefined, [incident])[0]!.failing).toBe(true)
  expect(endpointRows([cell()], undefined, [{ ...incident, closed: 11 }])[0]!.failing).toBeUndefined()
})

test('parts: those of the model, wider before narrower, sizes in their order', () => {
  const rows = cellRows(
    [
      cell({ class: 'chat.lt8k.plain' }),
      cell({ class: 'chat.lt1k.plain', region: 'eu-west-1', continent: 'EU' }),
      cell({ class: 'chat.more.plain' }),
      cell({ class: 'chat.lt1k.plain' }),
      cell({ model: 'other', class: 'chat.lt1k.plain' }),
      cell(),
    ],
    'm',
  )
  expect(rows.map(({ size, region }) => `${size} ${region ?? ''}`)).toEqual([
    'lt1k ',
    'lt8k ',
    'more ',
    'lt1k eu-west-1',
  ])
})

test('incidents: open ones, then the newest, in seconds, of one model when asked', () => {
  const incident = (id: string, opened: number, closed?: number) => ({
    id,
    provider: 'p',
    model: id,
    region: '-',
    opened,
    members: 5,
    ...(closed && { closed }),
  })
  const all = [incident('old', 1, 2), incident('open', 3), incident('new', 5, 6)]
  expect(incidentViews(all, undefined).map(({ id }) => id)).toEqual(['open', 'new', 'old'])
  expect(incidentViews(all, 'new')).toEqual([
    { id: 'new', provider: 'p', model: 'new', opened: 300, closed: 360, members: 5 },
  ])
})

test('the page of a model has its endpoints, its parts and its lines, and nothing of others', () => {
  const { endpoints, model } = pageState(pageData({ model: 'gpt-4o' }))
  expect(endpoints).toHaveLength(4)
  expect(new Set(endpoints.map((row) => row.model))).toEqual(new Set(['gpt-4o']))
  expect(model!.cells).toHaveLength(4 * 6)
  expect(model!.plots!.series.map((series) => series.model)).toEqual(['gpt-4o', 'gpt-4o', 'gpt-4o', 'gpt-4o'])
  expect(model!.plots!.times.at(-1)).toBe((EPOCH + 1) * 3_600)
})

test('the overview carries no parts and no lines: it stays small', () => {
  const state = pageState(pageData())
  expect(state.endpoints).toHaveLength(28)
  expect(state.model).toBeUndefined()
  expect(state.map).toEqual({ until: (EPOCH + 1) * 3_600, members: 100 })
})
