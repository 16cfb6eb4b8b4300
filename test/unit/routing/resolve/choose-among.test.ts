import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { featuresOf } from '../../../../src/outcomes/quality/features.ts'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { ModelCandidate } from '../../../../src/plugins/api.ts'
import { chooseAmong, type Member } from '../../../../src/routing/resolve/choose-among.ts'

const MEMBERS: readonly Member[] = [
  { model: 'cheap', priceUsd: 1 },
  { model: 'strong', priceUsd: 10 },
]
const CLASS = 'chat.lt1k.plain'

interface Play {
  readonly members?: readonly Member[]
  readonly floor: number
  readonly limit?: number
  readonly home?: string
  readonly book?: QualityBook
  /** Chance of a good answer; undefined: nobody says. */
  readonly good?: (model: string, task: string) => number
}

/** Share of the last thousand requests of three thousand that each model got, and the expected quality of all. */
function play({ members = MEMBERS, floor, limit = 0, home, book = new QualityBook(), good }: Play) {
  const random = seeded(3)
  const counts = new Map<string, number>()
  let [expected, best] = [0, 0]
  let last: readonly ModelCandidate[] = []
  for (let i = 0; i < 3000; i++) {
    const task = random() < 0.5 ? 'easy' : 'hard'
    const features = featuresOf({ inputTokens: 100, names: [task] })
    const input = { quality: book, place: 'auto', floor, limit, class: CLASS, features, random, now: i, home }
    const { models } = chooseAmong(members, input)
    const { model } = models[0]!
    last = models
    if (good) {
      const score = random() < good(model, task) ? 1 : 0
      book.judge({ model, class: CLASS }, true, i)
      book.recordFeedback(`g${i}`, { model, class: CLASS, features, score, weight: 1, implied: false, at: i })
    }
    if (i < 2000) continue
    counts.set(`${task} ${model}`, (counts.get(`${task} ${model}`) ?? 0) + 1)
    counts.set(model, (counts.get(model) ?? 0) + 1)
    expected += models.reduce((sum, { quality, propensity }) => sum + quality * propensity, 0)
    best += Math.max(...models.map(({ quality }) => quality))
  }
  const share = (key: string, of = 1000) => (counts.get(key) ?? 0) / of
  return { share, ratio: expected / best, last, book }
}

describe('quality on average', () => {
  const good = (model: string, task: string) => (model === 'strong' ? 0.9 : task === 'easy' ? 0.88 : 0.4)

  test('is what was asked for, where the dear model gains most', () => {
    const { share, ratio } = play({ floor: 0.9, good })
    expect(ratio).toBeCloseTo(0.9, 1)
    expect(share('hard strong', 500)).toBeGreaterThan(3 * share('easy strong', 500))
  })

  test('of all takes the best model everywhere, of nothing the cheapest', () => {
    expect(play({ floor: 1, good }).share('hard strong', 500)).toBeGreaterThan(0.9)
    expect(play({ floor: 0, good }).share('cheap')).toBeGreaterThan(0.95)
  })
})

describe('without any opinion', () => {
  test('a cheaper model is taken to be worse, and the floor says how often it may answer', () => {
    const [low, high] = [0.8, 0.97].map((floor) => play({ floor }))
    expect(low!.share('strong')).toBeLessThan(0.2)
    expect(high!.share('strong')).toBeGreaterThan(0.4)
    expect(high!.ratio).toBeGreaterThan(0.95)
  })

  test('the choice follows what is declared', () => {
    const members = [
      { ...MEMBERS[0]!, prior: { quality: 0.88, weight: 20 } },
      { ...MEMBERS[1]!, prior: { quality: 0.9, weight: 20 } },
    ]
    expect(play({ members, floor: 0.95 }).share('cheap')).toBeGreaterThan(0.8)
  })
})

test('a budget beats the floor, and what the floor asks for is not forgotten', () => {
  const good = (model: string) => (model === 'strong' ? 0.9 : 0.5)
  const { share, book } = play({ floor: 1, limit: 1, good })
  expect(share('cheap')).toBeGreaterThan(0.95)
  expect(book.pace('auto').weight).toBeGreaterThan(0.05)
  expect(play({ floor: 1, good, book }).share('strong')).toBeGreaterThan(0.5)
})

test('the dear model is the one that costs more, wherever it stands in the list', () => {
  const good = (model: string) => (model === 'strong' ? 0.9 : 0.89)
  const { last, share } = play({ members: [...MEMBERS].reverse(), floor: 0.9, good })
  expect(share('cheap')).toBeGreaterThan(0.9)
  expect(last.find(({ model }) => model === 'cheap')!.cost).toBe(0)
})

test('half of the requests try any model at first, but none of a conversation that stays or beyond a budget', () => {
  const quality = new QualityBook()
  const features = featuresOf({ inputTokens: 100, names: [] })
  quality.recordFeedback('g', { model: 'cheap', class: CLASS, features, score: 1, weight: 1, implied: false, at: 0 })
  const terms = { quality, place: 'auto', floor: 0.95, class: CLASS, features, random: seeded(1), now: 1 }
  const explorationOf = (more: { readonly limit: number; readonly home?: string }) =>
    chooseAmong(MEMBERS, { ...terms, ...more }).exploration
  expect(explorationOf({ limit: 0 })).toBe(0.5)
  expect(explorationOf({ limit: 0.2 })).toBe(0.02)
  expect(explorationOf({ limit: 0, home: 'strong' })).toBe(0.02)
  // Without a budget there is none to keep, whatever costs weigh.
  quality.setPace('auto', { ...quality.pace('auto'), weight: -0.05 })
  expect(explorationOf({ limit: 0 })).toBe(0.5)
})
