import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import {
  areFeatures,
  CONSTANT,
  DIMENSIONS,
  type Features,
  featuresOf,
  OWN,
} from '../../../../src/outcomes/quality/features.ts'
import { ScoreBook } from '../../../../src/outcomes/quality/score-book.ts'
import { ScoreModel } from '../../../../src/outcomes/quality/score-model.ts'

const DAY = 24 * 3_600_000
const PRIOR = { quality: 0.7, weight: 8 }
/** Of a model that begins at a mean of 0.7. */
function expected(model: ScoreModel, features: Features, now = 0) {
  model.advance(now)
  const [mean, coefficients] = [new Float64Array(DIMENSIONS), new Float64Array(DIMENSIONS)]
  mean[CONSTANT] = PRIOR.quality
  model.weaken(mean, coefficients)
  model.addCoefficients(coefficients)
  let sum = 0
  for (let i = 0; i < features.length; i += 2) sum += coefficients[features[i]!]! * features[i + 1]!
  return { mean: sum, sd: Math.sqrt(model.variance(features)) }
}
const of = (inputTokens: number, ...names: string[]) => featuresOf({ inputTokens, names })

test('features are a constant, the length, and two buckets for each name', () => {
  expect(featuresOf({ names: ['-'] })).toEqual([0, 1])
  expect(of(32)).toEqual([0, 1])
  // A step and a half up, and half a step down; each step has a number of its own.
  expect(of(256)).toEqual([0, 1, 128, 1, 129, 0.5])
  expect(of(16)).toEqual([0, 1, 134, -0.5])
  expect(of(0)).toEqual([0, 1, 134, -1, 135, -1])
  expect(of(10_000_000)).toHaveLength(2 + 2 * 6)
  for (const name of ['a', 'b', '', '日本語', 'x'.repeat(300)]) {
    const features = of(32, name)
    expect(features).toHaveLength(6)
    expect(features[2]).not.toBe(features[4])
    expect(areFeatures(features)).toBe(true)
  }
  expect(of(32, 'a')).not.toEqual(of(32, 'b'))
  for (const no of [undefined, [1], [0.5, 1], [DIMENSIONS, 1], [0, 2], ['0', 1]]) expect(areFeatures(no)).toBe(false)
})

test('a model is believed to be as its prior says, and more firmly the more that is worth', () => {
  const book = new ScoreBook()
  const loose = book.expect('m', of(32), PRIOR, 0)
  expect(loose.mean).toBeCloseTo(0.7)
  const firm = book.expect('m', of(32), { quality: 0.9, weight: 1000 }, 0)
  expect(firm.mean).toBeCloseTo(0.9)
  expect(firm.sd).toBeLessThan(loose.sd)
  for (let i = 0; i < 30; i++) book.learn({ model: 'm', features: of(32), score: 0, weight: 1, at: 0 })
  expect(book.expect('m', of(32), PRIOR, 0).mean).toBeLessThan(0.2)
  const declared = book.expect('m', of(32), { quality: 0.9, weight: 90 }, 0).mean
  expect(declared).toBeGreaterThan(0.35)
})

test('scores speak for requests like theirs, and a little for others', () => {
  const model = new ScoreModel(OWN)
  for (let i = 0; i < 60; i++) {
    model.learn(of(50, 'easy'), 1, 1, 0)
    model.learn(of(5000, 'hard'), 0, 1, 0)
  }
  expect(expected(model, of(50, 'easy')).mean).toBeGreaterThan(0.9)
  expect(expected(model, of(5000, 'hard')).mean).toBeLessThan(0.1)
  expect(expected(model, of(50, 'new')).mean).toBeGreaterThan(expected(model, of(5000, 'new')).mean)
  expect(expected(model, of(50, 'new')).sd).toBeGreaterThan(2 * expected(model, of(50, 'easy')).sd)
})

/** Many scores of many kinds of requests. */
function taught(seed: number): ScoreModel {
  const random = seeded(seed)
  const model = new ScoreModel(OWN)
  for (let i = 0; i < 400; i++)
    model.learn(of(2 ** (12 * random()), `t${Math.floor(40 * random())}`), random() < 0.7 ? 1 : 0, 1, i * 60_000)
  return model
}

test('a restart changes nothing, and the covariance moved step by step is that of the sums', () => {
  const model = taught(1)
  const again = ScoreModel.decode(JSON.parse(JSON.stringify(model.encode())), OWN)!
  for (const features of [of(5), of(300, 't3'), of(90_000, 't7', 'new')]) {
    const [was, is] = [model, again].map((each) => expected(each, features, 1_000_000))
    expect(is!.mean).toBeCloseTo(was!.mean, 6)
    expect(is!.sd).toBeCloseTo(was!.sd, 6)
  }
})

test('what is taken back was never there', () => {
  const [model, other] = [taught(2), taught(2)]
  for (let i = 0; i < 50; i++) model.learn(of(40, 'gone'), 0, 1, 0)
  for (let i = 0; i < 50; i++) model.learn(of(40, 'gone'), 0, -1, 0)
  const [was, is] = [other, model].map((each) => expected(each, of(40, 'gone')))
  expect(is!.mean).toBeCloseTo(was!.mean, 6)
  expect(is!.sd).toBeCloseTo(was!.sd, 6)
})

test('half is forgotten after 30 days', () => {
  const [old, half] = [new ScoreModel(OWN), new ScoreModel(OWN)]
  for (let i = 0; i < 40; i++) old.learn(of(40), 1, 1, 0)
  for (let i = 0; i < 20; i++) half.learn(of(40), 1, 1, 30 * DAY)
  const [was, is] = [half, old].map((each) => expected(each, of(40), 30 * DAY))
  expect(is!.mean).toBeCloseTo(was!.mean, 6)
  expect(is!.sd).toBeCloseTo(was!.sd, 6)
  const late = new ScoreModel(OWN)
  late.learn(of(40), 0, 1, 30 * DAY)
  for (let i = 0; i < 40; i++) late.learn(of(40), 1, 1, 0)
  expect(expected(late, of(40), 30 * DAY).sd).toBeCloseTo(expected(half, of(40), 30 * DAY).sd, 2)
})

test('what is too old is forgotten beside requests, one model at a time, and by them only after days', () => {
  const book = new ScoreBook()
  for (const model of ['a', 'b']) book.learn({ model, features: of(100, model), score: 1, weight: 1, at: DAY })
  const ats = () => {
    const { shared, own } = book.encode() as { shared: { at: number }; own: [string, { at: number }][] }
    return [shared.at, ...own.map(([, { at }]) => at)]
  }
  const now = 1.5 * DAY
  book.expect('a', of(100, 'a'), PRIOR, now)
  book.learn({ model: 'a', features: of(100, 'a'), score: 1, weight: 1, at: now })
  expect(ats()).toEqual([DAY, DAY, DAY])
  expect([book.advance(now), book.advance(now)]).toEqual([true, true])
  expect(ats().filter((at) => at === now)).toHaveLength(2)
  expect([book.advance(now), book.advance(now)]).toEqual([true, false])
  expect(ats()).toEqual([now, now, now])
  book.expect('a', of(100, 'a'), PRIOR, 10 * DAY)
  expect(ats().filter((at) => at === 10 * DAY)).toHaveLength(2)
})
