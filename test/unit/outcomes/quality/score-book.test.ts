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
