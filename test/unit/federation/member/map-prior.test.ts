import { beforeEach, describe, expect, test } from 'vitest'
import { MapPrior, type MapPriorOptions } from '../../../../src/federation/member/map/map-prior.ts'
import { endpointKey } from '../../../../src/federation/protocol/endpoint-key.ts'
import type { MapCell, ProbeCell, PublicEndpoint } from '../../../../src/federation/protocol/types.ts'
import type { Continent } from '../../../../src/federation/protocol/words.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { cellOf, mapOf } from '../../../helpers/scripted-hub.ts'

const HOUR = 3_600_000
const CLASS = 'chat.lt1k.plain'
const OWN: PublicEndpoint = { provider: 'openai', model: 'gpt-4o-mini', region: '-' }
const ENDPOINT = 'my-openai/gpt-4o-mini'

let now = 101 * HOUR
beforeEach(() => {
  now = 101 * HOUR
})

function priorOf(cells: readonly Partial<MapCell>[], options: Partial<MapPriorOptions> = {}): MapPrior {
  const prior = new MapPrior({
    publicName: (id) => (id === ENDPOINT ? OWN : undefined),
    continent: 'EU',
    now: () => now,
    ...options,
  })
  prior.useMap(mapOf({ epoch: 100, cells: cells.map((cell) => cellOf({ as_of: 100, ...cell })) }))
  return prior
}

const figure = (mean: number, kappa = 4) => ({ mean, tau2: 0.1, sigma2: 0.1 * kappa })
const exact = (mean: number, kappa = 4) => ({
  ...OWN,
  continent: 'EU' as const,
  class: CLASS,
  ttft: figure(mean, kappa),
})

describe('where a figure comes from', () => {
  const tree: Partial<MapCell>[] = [
    exact(6),
    { provider: 'openai', model: 'gpt-4o-mini', class: CLASS, ttft: figure(6.1), speed: figure(4.1) },
    { provider: 'openai', model: 'gpt-4o-mini', ttft: figure(6.2), total: figure(8.2) },
    { provider: 'openai', ttft: figure(6.3), success: { a: 20, b: 0.5 } },
  ]

  test('the nearest cell that has it, worth half as much for each step', () => {
    const found = priorOf(tree).find(ENDPOINT, CLASS)
    expect(found?.ttft).toEqual({ mean: 6, kappa: expect.closeTo(4) })
    expect(found?.speed).toEqual({ mean: 4.1, kappa: expect.closeTo(2) })
    expect(found?.total).toEqual({ mean: 8.2, kappa: expect.closeTo(1) })
    expect(found?.success).toBeDefined()
  })

  test('another continent, region or class is a step away', () => {
    expect(priorOf(tree, { continent: 'NA' }).find(ENDPOINT, CLASS)?.ttft).toEqual({
      mean: 6.1,
      kappa: expect.closeTo(2),
    })
    expect(priorOf(tree).find(ENDPOINT, 'chat.more.plain')?.ttft).toEqual({ mean: 6.2, kappa: expect.closeTo(1) })
  })

  test('a provider as a whole tells how reliable it is, not how fast: its other models are other models', () => {
    expect(priorOf(tree.slice(3)).find(ENDPOINT, CLASS)).toEqual({ success: expect.anything() })
  })

  test('a private endpoint has none, and no map says nothing', () => {
    const prior = priorOf(tree)
    expect(prior.find('vllm/secret', CLASS)).toBeUndefined()
    prior.useMap(undefined)
    expect(prior.find(ENDPOINT, CLASS)).toBeUndefined()
  })

  test('the file of stats.prior wins, cell by cell', () => {
    const file = { find: (endpoint: string) => (endpoint === 'other/x' ? undefined : { ttft: { mean: 1, kappa: 3 } }) }
    expect(priorOf(tree, { file }).find(ENDPOINT, CLASS)).toEqual({ ttft: { mean: 1, kappa: 3 } })
    expect(priorOf(tree, { file, publicName: () => OWN }).find('other/x', CLASS)?.ttft?.mean).toBe(6)
  })
})

describe('what it is worth', () => {
  test('from 1 to 4 observations, by the variances', () => {
    const kappa = (tau2: number, sigma2: number) =>
      priorOf([{ ...exact(6), ttft: { mean: 6, tau2, sigma2 } }]).find(ENDPOINT, CLASS)?.ttft?.kappa
    expect(kappa(0.1, 0.3)).toBeCloseTo(3)
    expect(kappa(1, 0.1)).toBe(1)
    expect(kappa(0, 0.3)).toBe(4)
  })

  test('fades over a day since the figure changed, and is left to the peers when it is worth less than they', () => {
    const prior = priorOf([exact(6)])
    const at = (hours: number) => {
      now = (101 + hours) * HOUR
      return prior.find(ENDPOINT, CLASS)?.ttft?.kappa
    }
    expect(at(0)).toBeCloseTo(4)
    expect(at(12)).toBeCloseTo(2)
    expect(at(20)).toBeCloseTo(4 / 6)
    expect(at(22)).toBeUndefined()
    expect(at(48)).toBeUndefined()
    expect(priorOf([{ ...exact(6), as_of: 88 }]).find(ENDPOINT, CLASS)).toBeUndefined()
    now = 101 * HOUR
    expect(priorOf([{ ...exact(6), as_of: 88 }]).find(ENDPOINT, CLASS)?.ttft?.kappa).toBeCloseTo(2)
  })

  test('less the most that its own share may be, where this router reported', () => {
    const prior = priorOf([exact(6)])
    prior.useReported(({ model }) => model === OWN.model)
    expect(prior.find(ENDPOINT, CLASS)?.ttft?.kappa).toBeCloseTo(4 * 0.9)
    prior.useReported(() => false)
    expect(prior.find(ENDPOINT, CLASS)?.ttft?.kappa).toBeCloseTo(4)
  })

  test('success goes back to what is believed without a map', () => {
    const prior = priorOf([{ ...exact(6), success: { a: 18, b: 2 } }])
    expect(prior.find(ENDPOINT, CLASS)?.success).toEqual({ a: expect.closeTo(7.2), b: expect.closeTo(0.8) })
    now += 12 * HOUR
    expect(prior.find(ENDPOINT, CLASS)?.success).toEqual({
      a: expect.closeTo(3.6 + 1.95),
      b: expect.closeTo(0.4 + 0.05),
    })
    now += 12 * HOUR
    expect(prior.find(ENDPOINT, CLASS)).toBeUndefined()
  })
})

describe('incidents', () => {
  const open = new Set([endpointKey(OWN)])

  test('lower success while they are open, of that endpoint alone, with a map and without', () => {
    const prior = priorOf([{ ...exact(6), success: { a: 49, b: 1 } }])
    const mean = () => {
      const { a, b } = prior.find(ENDPOINT, CLASS)?.success ?? { a: 1, b: 0 }
      return a / (a + b)
    }
    prior.useIncidents(open)
    expect(mean()).toBeLessThan(0.25)
    prior.useMap(undefined)
    expect(mean()).toBeLessThan(0.25)
    expect(prior.find('vllm/secret', CLASS)).toBeUndefined()
    prior.useIncidents(new Set())
    expect(mean()).toBe(1)
  })

  test('are evidence, not an order: successes of one’s own outweigh them', () => {
    const book = new OutcomeBook()
    const prior = priorOf([])
    prior.useIncidents(open)
    book.prior = prior
    const success = () => {
      const { a, b } = book.beliefs(ENDPOINT, CLASS, now).success
      return a / (a + b)
    }
    expect(success()).toBeLessThan(0.25)
    expect(book.beliefs(ENDPOINT, CLASS, now).incident).toBe(true)
    expect(book.beliefs('groq/other', CLASS, now).incident).toBe(false)
    for (let i = 0; i < 100; i++) {
      book.record({ endpoint: ENDPOINT, class: CLASS, kind: 'ok', at: now, stream: true, ttftMs: 300, totalMs: 900 })
    }
    expect(success()).toBeGreaterThan(0.8)
  })
})

test('whom members pass over is no better than the worst of its peers, until it shows otherwise', () => {
  const other = { ...OWN, provider: 'groq' }
  const unused = { ...OWN, provider: 'together' }
  const names: Record<string, PublicEndpoint> = { a: OWN, b: other, new: unused }
  const prior = priorOf([], { publicName: (id) => names[id] })
  const passed_over = [{ provider: 'together', model: OWN.model, as_of: 100, members: 5 }]
  const cells = [exact(6.8), { ...exact(7.5), ...other }].map((cell) => cellOf({ as_of: 100, ...cell }))
  const book = new OutcomeBook()
  book.prior = prior
  const peers = ['a', 'b', 'new', 'private']
  const ttft = (endpoint: string) => book.beliefs(endpoint, CLASS, now, { stream: true, peers }).ttft
  // Of whom the map just has nothing, nobody knows anything; a hub of minor 0 cannot say more.
  prior.useMap(mapOf({ epoch: 100, cells }))
  expect(ttft('new').from).not.toBe('unused')
  prior.useMap({ ...mapOf({ epoch: 100, cells }), v: '1.0' })
  expect(ttft('new')).toMatchObject({ mean: 7.5, n: 2, from: 'unused' })
  prior.useMap(mapOf({ epoch: 100, cells, passed_over }))
  expect(ttft('new')).toMatchObject({ mean: 7.5, n: 2, from: 'unused' })
  // Of a private one nobody could tell, and without a map nothing is reported of anybody.
  expect(ttft('private').mean).toBeLessThan(7)
  prior.useMap(undefined)
  expect(ttft('new').mean).toBeLessThan(7)
  // Better than a stranger is not believed either.
  prior.useMap(mapOf({ epoch: 100, cells: [cellOf({ as_of: 100, ...exact(3) })], passed_over }))
  expect(ttft('new').mean).toBeCloseTo(Math.log(800))
  for (let i = 0; i < 20; i++)
    book.record({ endpoint: 'new', class: CLASS, kind: 'ok', at: now, stream: true, ttftMs: 100, totalMs: 900 })
  expect(ttft('new').mean).toBeLessThan(Math.log(140))
})

test('as the prior of a book it is shown as the map, and replaced, never added up', () => {
  const book = new OutcomeBook()
  const prior = priorOf([exact(6)])
  book.prior = prior
  expect(book.beliefs(ENDPOINT, CLASS, now, { stream: true }).ttft).toMatchObject({
    mean: 6,
    n: expect.closeTo(4),
    from: 'map',
  })
  for (let i = 0; i < 50; i++) prior.useMap(mapOf({ epoch: 100, cells: [cellOf({ as_of: 100, ...exact(7) })] }))
  expect(book.beliefs(ENDPOINT, CLASS, now, { stream: true }).ttft).toMatchObject({ mean: 7, n: expect.closeTo(4) })
})

test('names of clients do not make it grow without bound', () => {
  let looked = 0
  const prior = priorOf([exact(6)], {
    publicName: () => {
      looked++
      return OWN
    },
  })
  for (let i = 0; i < 30_000; i++) prior.find(`a/${i}`, CLASS)
  expect(looked).toBe(30_000)
  prior.find('a/29999', CLASS)
  expect(looked).toBe(30_000)
  prior.find('a/0', CLASS)
  expect(looked).toBe(30_001)
})

describe('what the hub measured itself', () => {
  const probe = (fields: Partial<ProbeCell> = {}): ProbeCell => ({
    ...OWN,
    source: 'probe',
    continent: 'EU',
    class: CLASS,
    n: 12,
    time: (now - HOUR / 2) / 1000,
    ttft: { n: 1e6, mean: 5, var: 0.2 },
    success: { a: 12, b: 0 },
    ...fields,
  })
  const withProbes = (
    cells: readonly Partial<MapCell>[],
    probes: readonly ProbeCell[],
    continent: Continent = 'EU',
  ) => {
    const prior = priorOf([], { continent })
    const figures = cells.map((cell) => cellOf({ as_of: 100, ...cell }))
    prior.useMap({ ...mapOf({ epoch: 100, cells: figures }), probes })
    return prior
  }
  const fresh = 1 - 0.5 / 24

  test('is worth four observations from the own continent, two from another, and fades', () => {
    expect(withProbes([], [probe()]).find(ENDPOINT, CLASS)?.ttft).toEqual({
      mean: 5,
      kappa: expect.closeTo(4 * fresh),
      from: 'probe',
    })
    expect(withProbes([], [probe()], 'NA').find(ENDPOINT, CLASS)?.ttft?.kappa).toBeCloseTo(2 * fresh)
    now += 30 * HOUR
    expect(withProbes([], [probe({ time: now / 1000 - 86_400 })]).find(ENDPOINT, CLASS)?.ttft).toBeUndefined()
  })

  test('is worth less where it is few, or of another class of the kind', () => {
    const few = probe({ ttft: { n: 2, mean: 5, var: 0.2 } })
    expect(withProbes([], [few]).find(ENDPOINT, CLASS)?.ttft?.kappa).toBeCloseTo(fresh / (1 / 4 + 1 / 2))
    expect(withProbes([], [probe()]).find(ENDPOINT, 'chat.lt8k.plain')?.ttft?.kappa).toBeCloseTo(2 * fresh)
    expect(withProbes([], [probe()]).find(ENDPOINT, 'embedding.lt1k.plain')).toBeUndefined()
  })

  test('stands beside members, each counting as much as it is worth', () => {
    const members = withProbes([exact(6)], []).find(ENDPOINT, CLASS)!.ttft!
    const both = withProbes([exact(6)], [probe({ continent: 'NA' })]).find(ENDPOINT, CLASS)!.ttft!
    const probes = 2 * fresh
    expect(both.mean).toBeCloseTo((6 * members.kappa + 5 * probes) / (members.kappa + probes))
    expect(both.from).toBeUndefined()
  })

  test('its failures lower success: much where nearly all failed, little after an outage', () => {
    const believed = (a: number, b: number) => {
      const success = withProbes([], [probe({ success: { a, b } })]).find(ENDPOINT, CLASS)!.success!
      expect(success.a + success.b).toBeCloseTo(4)
      return success.a / 4
    }
    expect(believed(0, 12)).toBeLessThan(0.45)
    expect(believed(1, 11)).toBeLessThan(0.75)
    // An outage of hours that is over.
    expect(believed(8, 4)).toBeGreaterThan(0.97)
    expect(believed(11, 1)).toBeGreaterThan(0.97)
    expect(believed(12, 0)).toBeGreaterThan(0.975)
  })

  test('makes an endpoint none that others pass over', () => {
    const prior = priorOf([])
    const passed_over = [{ provider: OWN.provider, model: OWN.model, as_of: 100, members: 5 }]
    prior.useMap(mapOf({ epoch: 100, passed_over }))
    expect(prior.isPassedOver(ENDPOINT, CLASS)).toBe(true)
    prior.useMap(mapOf({ epoch: 100, passed_over, probes: [probe()] }))
    expect(prior.isPassedOver(ENDPOINT, CLASS)).toBe(false)
  })
})

describe('a private hub', () => {
  const priorOfPrivate = (fields: Partial<MapCell>) => {
    const prior = priorOf([])
    prior.useMap(mapOf({ epoch: 100, k: 1, cells: [cellOf({ as_of: 100, ...exact(6), ...fields })] }))
    return prior.find(ENDPOINT, CLASS)
  }

  test('is believed no more than the observations behind a figure are worth', () => {
    const kappaOf = (n: number) => priorOfPrivate({ ttft: { mean: 6, tau2: 0, sigma2: 0, n } })?.ttft?.kappa
    const fading = kappaOf(1e9)! / 4
    expect(kappaOf(1)).toBeCloseTo(0.8 * fading)
    expect(kappaOf(4)).toBeCloseTo(2 * fading)
  })

  test('tells nothing of success: it may be of a single request', () => {
    const cell = { ttft: { mean: 6, tau2: 0, sigma2: 0, n: 9 }, success: { a: 0.1, b: 0.9 } }
    expect(priorOfPrivate(cell)).toHaveProperty('ttft')
    expect(priorOfPrivate(cell)).not.toHaveProperty('success')
  })
})

test('who has prepared something by it learns that it was replaced', () => {
  const prior = priorOf([exact(6)])
  const book = new OutcomeBook()
  book.prior = prior
  const seen = new Set([book.surprises])
  prior.useMap(undefined)
  seen.add(book.surprises)
  prior.useIncidents(new Set())
  seen.add(book.surprises)
  prior.useReported(() => true)
  seen.add(book.surprises)
  book.prior = undefined
  seen.add(book.surprises)
  expect(seen.size).toBe(5)
})
