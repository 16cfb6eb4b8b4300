/** A line of the decision log holds all that a selector's choice was drawn from. */
import { expect, test } from 'vitest'
import { drawSeed, seeded } from '../../../../src/base/random.ts'
import { lineToRecord, recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import { featuresOf } from '../../../../src/outcomes/quality/features.ts'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { ModelSelection, RequestRecord } from '../../../../src/plugins/api.ts'
import { draw } from '../../../../src/routing/resolve/chances.ts'
import { chooseAmong } from '../../../../src/routing/resolve/choose-among.ts'
import { inOrder, SELECTION_SALT } from '../../../../src/routing/resolve/draw-order.ts'
import { propensitiesOf } from '../../../../src/routing/resolve/select.ts'

interface ChoiceAgain {
  readonly model: string
  readonly propensities: ReadonlyMap<string, number>
}

/** From the qualities, costs and weight of a line, and its seed. A home, which was not drawn, is taken over. */
function chooseAgain({ models, weight = 0, exploration = 0.02 }: ModelSelection, seed: number): ChoiceAgain {
  const kept = models.find(({ propensity }) => propensity === 1)
  const ordered = inOrder(models)
  const chances = kept
    ? ordered.map((each) => Number(each === kept))
    : propensitiesOf(
        ordered.map(({ quality, drawSd = 0, cost = 0 }) => ({ value: quality - weight * cost, drawSd })),
        exploration,
      )
  return {
    model: ordered[draw(chances, seeded(seed ^ SELECTION_SALT))]!.model,
    propensities: new Map(ordered.map(({ model }, place) => [model, chances[place]!])),
  }
}

test('the choice is made again from what was logged', () => {
  const random = seeded(5)
  const quality = new QualityBook()
  const members = [1, 4, 20].map((priceUsd) => ({ model: `m${priceUsd}`, priceUsd }))
  const firsts = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const features = featuresOf({ inputTokens: 10 + i, names: [`t${i % 3}`] })
    const seed = drawSeed(random)
    const { weight, exploration, models } = chooseAmong(members, {
      quality,
      place: 'auto',
      floor: 0.95,
      limit: 0,
      class: 'c',
      features,
      random: seeded(seed ^ SELECTION_SALT),
      now: i,
    })
    const { model } = models[0]!
    const opinion = { model, class: 'c', features, score: random() < 0.7 ? 1 : 0, weight: 1, implied: false, at: i }
    quality.recordFeedback(`g${i}`, opinion)
    const selection = { name: 'auto', floor: 0.95, weight, exploration, features, models }
    const record = {
      id: `g${i}`,
      time: i,
      model,
      kind: 'ok',
      seed,
      candidates: [],
      excluded: [],
      attempts: [],
      selection,
    }
    const logged = lineToRecord(recordToLine(record as unknown as RequestRecord))!
    const again = chooseAgain(logged.selection!, logged.seed!)
    expect(again.model).toBe(model)
    for (const each of models) expect(again.propensities.get(each.model)).toBeCloseTo(each.propensity, 6)
    firsts.add(model)
  }
  expect(firsts.size).toBe(3)
})
