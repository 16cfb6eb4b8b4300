import { expect, it } from 'vitest'
import { featuresOf } from '../../../../src/outcomes/quality/features.ts'
import { ScoreBook } from '../../../../src/outcomes/quality/score-book.ts'

const features = featuresOf({ inputTokens: 100, names: [] })
const prior = { quality: 0.5, weight: 8 }

it('forgets nothing of a model because others are asked for', () => {
  const book = new ScoreBook()
  for (let count = 0; count < 200; count++) book.learn({ model: 'known', features, score: 1, weight: 1, at: 0 })
  const before = book.expect('known', features, prior, 0)
  for (let count = 0; count < 100; count++) book.expect(`other-${count}`, features, prior, 0)
  expect(book.expect('known', features, prior, 0)).toEqual(before)
  expect(book.expect('other-0', features, prior, 0)).not.toEqual(before)
})

it('a prior may fall with the length, until opinions say otherwise', () => {
  const book = new ScoreBook()
  const long = featuresOf({ inputTokens: 2048, names: [] })
  const falling = { ...prior, perStep: -0.02 }
  expect(book.expect('model', featuresOf({ inputTokens: 32, names: [] }), falling, 0).mean).toBeCloseTo(0.5)
  // Three times four times as long.
  expect(book.expect('model', long, falling, 0).mean).toBeCloseTo(0.44)
  for (let count = 0; count < 300; count++) book.learn({ model: 'model', features: long, score: 1, weight: 1, at: 0 })
  expect(book.expect('model', long, falling, 0).mean).toBeGreaterThan(0.95)
})
