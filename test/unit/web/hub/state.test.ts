import { describe, expect, test } from 'vitest'
import type { ModelQuality } from '../../../../src/federation/protocol/quality-types.ts'
import type { Incident, MapCell, ProbeCell } from '../../../../src/federation/protocol/types.ts'
import { NO_FACTS } from '../../../../src/hub/facts/facts.ts'
import type { PageData } from '../../../../src/hub/publish/page-data.ts'
import { cellRows } from '../../../../web/hub/state/cells.ts'
import { EndpointIndex } from '../../../../web/hub/state/endpoint-index.ts'
import { combined, figuresOf } from '../../../../web/hub/state/figures.ts'
import { incidentViews } from '../../../../web/hub/state/incidents.ts'
import { overviewState, viewRows } from '../../../../web/hub/state/overview.ts'
import { baseOf, type Content, pageState } from '../../../../web/hub/state/page-state.ts'
import { EPOCH, mapOf, pageData } from '../../../helpers/page-data.ts'

const cell = (rest: Partial<MapCell> = {}): MapCell => ({
  provider: 'p',
  model: 'm',
  as_of: EPOCH,
  members: 5,
  ...rest,
})

/** A hub that publishes these cells, and nothing is known of their models. */
const hubWith = (cells: readonly MapCell[], rest: Partial<PageData> = {}): PageData =>
  pageData({ map: mapOf(cells), history: undefined, incidents: [], facts: NO_FACTS, ...rest })
const rowsOf = (data: PageData, query = '') => viewRows(new EndpointIndex(data), data, new URLSearchParams(query))
const overviewOf = (data: PageData, query = '') =>
  overviewState(new EndpointIndex(data), data, new URLSearchParams(query))

function contentOf<Type extends Content['type']>(
  type: Type,
  path: string,
  data = pageData(),
  query = '',
): Content & { type: Type } {
  const { content } = pageState(new EndpointIndex(data), data, path, new URLSearchParams(query))
  expect(content.type).toBe(type)
  return content as Content & { type: Type }
}

describe('figures', () => {
  test('come from the quantiles of the map', () => {
    const figures = figuresOf(
      cell({ quantiles: { ttft: [300, 900], speed: [70, 90] }, success: { a: 19, b: 1 }, price: 0.5 }),
    )
    expect(figures).toEqual({ ttft50: 300, ttft95: 900, speed: 70, success: 0.95, paid: 0.5, members: 5 })
  })

  test('without quantiles are those of the log-normal distribution of the moments', () => {
    const { ttft50, ttft95 } = figuresOf(cell({ ttft: { mean: Math.log(400), tau2: 0.09, sigma2: 0.16 } }))
    expect(ttft50).toBeCloseTo(400)
    expect(ttft95).toBeCloseTo(400 * Math.exp(1.645 * 0.5))
  })

  test('of several parts are means over members: of times on the logarithm, of shares as they are', () => {
    const both = combined([
      { figures: { ttft50: 100, success: 1, members: 10 }, weight: 10 },
      { figures: { ttft50: 400, success: 0.5, total50: 900, members: 10 }, weight: 10 },
    ])
    expect(both).toEqual({ ttft50: expect.closeTo(200), success: 0.75, total50: expect.closeTo(900), members: 10 })
  })
})

describe('rows', () => {
  test('an endpoint is a row once, with the figures of the whole, whatever the order of its cells', () => {
    const whole = cell({ price: 1 })
    const part = cell({ class: 'chat.lt1k.plain', price: 2 })
    for (const cells of [
      [whole, part],
      [part, whole],
    ])
      expect(rowsOf(hubWith(cells))).toEqual([{ id: 'p/m', provider: 'p', model: 'm', name: 'm', paid: 1, members: 5 }])
  })

  test('without a whole it has what its parts say together; a provider alone is none', () => {
    const cells = [cell({ class: 'chat.lt1k.plain', price: 2 }), { provider: 'p', as_of: EPOCH, members: 5 }]
    expect(rowsOf(hubWith(cells))).toMatchObject([{ id: 'p/m', paid: 2 }])
  })

  test('what is not streamed has the time of whole answers', () => {
    const [row] = rowsOf(hubWith([cell({ class: 'embedding.lt1k.plain', quantiles: { total: [80, 200] } })]))
    expect(row).toMatchObject({ total50: 80, total95: 200, cost: expect.closeTo(0.08) })
  })

  test('figures follow the kind, size and place that are asked for; who has none of it is left out', () => {
    const data = hubWith([
      cell({ price: 1 }),
      cell({ class: 'chat.lt1k.plain', price: 2 }),
      cell({ class: 'chat.lt8k.plain', price: 3 }),
      cell({ class: 'chat.lt1k.plain', region: 'eu-west-1', continent: 'EU', price: 4 }),
      cell({ model: 'other', class: 'embedding.lt1k.plain', price: 5 }),
    ])
    const paid = (query: string) => rowsOf(data, query).map((row) => [row.model, row.paid])
    expect(paid('kind=chat&size=lt8k')).toEqual([['m', expect.closeTo(3)]])
    expect(paid('kind=chat')).toEqual([['m', expect.closeTo(Math.sqrt(6))]])
    expect(paid('region=eu-west-1')).toEqual([['m', 4]])
    expect(paid('continent=EU&kind=chat')).toEqual([['m', 4]])
    expect(paid('kind=embedding')).toEqual([['other', 5]])
    // What the map does not have is not asked for.
    expect(paid('kind=made-up')).toHaveLength(2)
  })

  test('only an open incident marks its endpoint, and puts it last', () => {
    const fast = cell({ provider: 'fast', quantiles: { ttft: [10, 20] } })
    const slow = cell({ provider: 'slow', quantiles: { ttft: [900, 990] } })
    const incident: Incident = { id: '1', provider: 'fast', model: 'm', region: '-', opened: 10, members: 5 }
    const [first, second] = rowsOf(hubWith([fast, slow], { incidents: [incident] }))
    expect([first!.provider, second!.failing]).toEqual(['slow', true])
    expect(rowsOf(hubWith([fast, slow], { incidents: [{ ...incident, closed: 11 }] }))[0]!.failing).toBeUndefined()
  })
})

describe('probes of the hub', () => {
  const probe = (rest: Partial<ProbeCell> = {}): ProbeCell => ({
    ...{ source: 'probe', provider: 'p', model: 'm', region: '-', continent: 'EU', class: 'chat.lt1k.plain' },
    ...{ n: 4, time: (EPOCH + 1) * 3_600, ttft: { n: 4, mean: Math.log(400), var: 0.04 }, success: { a: 4, b: 0 } },
    ...rest,
  })
  const probed = (probes: readonly ProbeCell[], cells: readonly MapCell[] = []) =>
    hubWith([], { map: { ...mapOf(cells), probes } })

  test('an endpoint that no member reported on has them as its figures, and says so', () => {
    const data = probed([probe(), probe({ continent: 'NA', ttft: { n: 4, mean: Math.log(100), var: 0.04 } })])
    expect(rowsOf(data)).toMatchObject([{ id: 'p/m', source: 'probe', ttft50: expect.closeTo(200), uptime: 1 }])
    expect(rowsOf(data, 'continent=NA&kind=chat')[0]!.ttft50).toBeCloseTo(100)
    expect(rowsOf(data, 'kind=embedding')).toHaveLength(1)
    const { rows, cells } = contentOf('model', 'models/m', data)
    expect(rows.map(({ source }) => source)).toEqual(['probe'])
    expect(cells.map(({ source, continent }) => [source, continent])).toEqual([
      ['probe', 'EU'],
      ['probe', 'NA'],
    ])
  })

  test('where members report theirs win, and the page of the model has both', () => {
    const data = probed([probe()], [cell({ quantiles: { ttft: [250, 500] } })])
    const [row] = rowsOf(data)
    expect(row!.source).toBeUndefined()
    expect(row!.ttft50).toBe(250)
    const { rows } = contentOf('model', 'models/m', data)
    expect(rows.map(({ source, ttft50 }) => [source, Math.round(ttft50!)])).toEqual([
      [undefined, 250],
      ['probe', 400],
    ])
  })
})

test('what members offer or pass over is told, and a row without figures where nothing else is known', () => {
  const used = cell({ quantiles: { ttft: [250, 500] } })
  const passed_over = ['m', 'other'].map((model) => ({ provider: 'p', model, as_of: EPOCH, members: 5 }))
  const offered = [{ provider: 'p', model: 'third', as_of: EPOCH, members: 20 }]
  const data = hubWith([], { map: { ...mapOf([used]), passed_over, offered } })
  expect(rowsOf(data)).toMatchObject([
    { id: 'p/m', ttft50: 250, passedOver: 5 },
    { id: 'p/other', passedOver: 5 },
    { id: 'p/third', offered: 20 },
  ])
  expect(rowsOf(data)[1]).not.toHaveProperty('ttft50')
  expect(contentOf('model', 'models/other', data).rows).toHaveLength(1)
})

test('says of a model how good members found its answers, and nothing where only checks are known', () => {
  const used = cell({ quantiles: { ttft: [250, 500] } })
  const good = { share: 0.81, sd: 0.04, n: 200 }
  const quality: ModelQuality[] = [
    { model: 'm', as_of: EPOCH, members: 5, good },
    { model: 'm', type: 'code', as_of: EPOCH, members: 5, good },
    { model: 'm', type: 'maths', as_of: EPOCH, members: 5, escalated: good },
    { model: 'other', as_of: EPOCH, members: 5, good },
  ]
  const data = hubWith([], { map: { ...mapOf([used]), quality } })
  expect(contentOf('model', 'models/m', data).quality).toMatchObject([
    { type: null, good: 0.81, judged: 200 },
    { type: 'code', good_sd: 0.04, members: 5 },
  ])
})

test('a provider’s endpoints of one model are told apart', () => {
  const facts = { ...NO_FACTS, model: () => ({ canonical: 'a/m' }) }
  const cells = ['eu.m', 'us.m'].map((model) => cell({ model }))
  const [group] = overviewOf(hubWith([...cells, cell({ provider: 'q' })], { facts })).groups
  expect(group!.rows.map(({ model, isOneOfSeveral }) => [model, isOneOfSeveral])).toEqual([
    ['eu.m', true],
    ['us.m', true],
    ['m', undefined],
  ])
})

describe('the overview', () => {
  test('groups what providers call differently by the model’s own name', () => {
    const facts = { ...NO_FACTS, model: () => ({ canonical: 'maker/model' }) }
    const cells = [cell({ provider: 'a', model: 'model-v1' }), cell({ provider: 'b', model: 'maker.model' })]
    const { groups, models } = overviewOf(hubWith(cells, { facts }))
    expect(groups.map(({ name, count }) => [name, count])).toEqual([['maker/model', 2]])
    expect(models).toBe(1)
  })

  test('has three of each model, the cheapest in time and money first; all when asked', () => {
    const data = pageData()
    const short = overviewOf(data)
    expect(short.groups).toHaveLength(7)
    for (const { rows, count } of short.groups) expect([rows.length, count]).toEqual([3, 4])
    const { groups } = overviewOf(data, 'show=all')
    expect(groups.flatMap(({ rows }) => rows)).toHaveLength(28)
    for (const { rows } of groups) {
      const costs = rows.filter(({ failing }) => !failing).map(({ cost }) => cost!)
      expect(costs).toEqual(costs.toSorted((a, b) => a - b))
    }
  })

  test('says which endpoint of a model is best for what', () => {
    const at = (provider: string, ttft: number, price: number, a: number) =>
      cell({ provider, quantiles: { ttft: [ttft, ttft] }, price, success: { a, b: 10 } })
    const [group] = overviewOf(hubWith([at('x', 100, 9, 90), at('y', 300, 1, 95), at('z', 500, 5, 999)])).groups
    expect(Object.fromEntries(group!.rows.map(({ provider, badges }) => [provider, badges]))).toEqual({
      x: ['speed'],
      y: ['price'],
      z: ['reliability'],
    })
  })

  test('is cut into pages, and stays within them', () => {
    const data = pageData({ models: 60, providers: 4 })
    expect(overviewOf(data).pages).toBe(3)
    expect(overviewOf(data, 'page=3').groups).toHaveLength(10)
    expect(overviewOf(data, 'page=99').view.page).toBe(3)
    const all = overviewOf(data, 'show=all&page=2')
    expect([all.pages, all.groups.flatMap(({ rows }) => rows).length]).toEqual([3, 100])
    expect(overviewOf(data, 'sort=speed').groups).toMatchObject([{ name: '', count: 240 }])
  })

  test('the chart holds chat by price and speed; the front is where none is both cheaper and faster', () => {
    const { chart } = overviewOf(pageData())
    expect(chart!.measure).toBe('speed')
    for (const { x, y } of chart!.points) expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true)
    const front = chart!.points.filter((point) => point.front)
    for (const one of front)
      expect(chart!.points.some(({ price, value }) => price < one.price && value > one.value)).toBe(false)
    expect(front.length).toBeGreaterThan(0)
  })
})

test('parts: wider before narrower, sizes in their order', () => {
  const index = new EndpointIndex(
    hubWith([
      cell({ class: 'chat.lt8k.plain' }),
      cell({ class: 'chat.lt1k.plain', region: 'eu-west-1', continent: 'EU' }),
      cell({ class: 'chat.more.plain' }),
      cell({ class: 'chat.lt1k.plain' }),
      cell(),
    ]),
  )
  expect(cellRows(index.models.get('m')!).map(({ size, region }) => `${size} ${region ?? ''}`)).toEqual([
    'lt1k ',
    'lt8k ',
    'more ',
    'lt1k eu-west-1',
  ])
})

test('incidents: open ones, then the newest, in seconds; with a page of the model where there is one', () => {
  const incident = (id: string, opened: number, closed?: number) => ({
    id,
    provider: 'p',
    model: id,
    region: '-',
    opened,
    members: 5,
    ...(closed && { closed }),
  })
  const index = new EndpointIndex(hubWith([cell({ model: 'new' })]))
  const all = incidentViews([incident('old', 1, 2), incident('open', 3), incident('new', 5, 6)], index)
  expect(all.map(({ id }) => id)).toEqual(['open', 'new', 'old'])
  expect(all[1]).toEqual({ id: 'new', provider: 'p', model: 'new', name: 'new', opened: 300, closed: 360, members: 5 })
  expect(all[2]!.name).toBeUndefined()
})

describe('pages', () => {
  test('a model has its endpoints with terms and uptime, its parts and its lines, and nothing of others', () => {
    const { rows, cells, plots } = contentOf('model', 'models/openai/gpt-4o')
    expect(rows).toHaveLength(4)
    expect(new Set(rows.map((row) => row.name))).toEqual(new Set(['openai/gpt-4o']))
    expect(rows[0]).toMatchObject({ maxOutput: 8_192, tools: true, inputs: ['text', 'image'] })
    expect(rows[0]!.days).toHaveLength(7)
    expect(rows[0]!.uptimes).toEqual({ m30: expect.any(Number), d1: expect.any(Number), d7: expect.any(Number) })
    expect(cells).toHaveLength(4 * 6)
    expect(plots!.series.map((series) => series.model)).toEqual(['gpt-4o', 'gpt-4o', 'gpt-4o', 'gpt-4o'])
    expect(plots!.times.at(-1)).toBe((EPOCH + 1) * 3_600)
  })

  test('a provider has its models and what it says of prompts', () => {
    const { rows, facts } = contentOf('provider', 'providers/groq')
    expect(rows.length).toBeGreaterThan(0)
    for (const { provider } of rows) expect(provider).toBe('groq')
    expect(facts).toMatchObject({ title: 'Groq', dataCollection: 'deny' })
  })

  test('compared are endpoints and models, each once, what is not known is left out', () => {
    const [best] = contentOf('model', 'models/openai/gpt-4o').rows
    const names = `${best!.id},openai/gpt-4o,nobody/nothing,gpt-4o-mini`
    const { rows } = contentOf('compare', '', pageData(), `compare=${names}`)
    expect(rows.map(({ name }) => name)).toEqual(['openai/gpt-4o', 'openai/gpt-4o-mini'])
  })

  test('an incident has its endpoint’s days and other incidents', () => {
    const { incident, days } = contentOf('incident', 'incidents/i2')
    expect(incident).toMatchObject({ provider: 'bedrock', model: 'deepseek-v3.2', region: 'us-east-1' })
    expect(days).toHaveLength(30)
    expect(contentOf('incidents', 'incidents').incidents).toHaveLength(3)
  })

  test.each(['models/nobody', 'providers/x/y', 'incidents/none', 'elsewhere', 'models/%E0%A4%A'])(
    '%s is missing',
    (path) => {
      contentOf('missing', path)
    },
  )

  test('a page knows the way back to the hub’s address', () => {
    expect(['', 'incidents', 'models/a/b', 'models/a/b/'].map(baseOf)).toEqual(['./', './', '../../', '../../../'])
  })
})
