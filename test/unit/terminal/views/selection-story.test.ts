import { expect, it } from 'vitest'
import type { ModelSelection } from '../../../../src/plugins/api.ts'
import { selectionStory } from '../../../../src/terminal/views/selection-story.ts'

const model = (name: string, quality: number, prior?: string) => ({
  model: name,
  quality,
  qualitySd: 0.1,
  opinions: 0,
  propensity: 0.5,
  why: '',
  ...(prior !== undefined && { prior }),
})
const selection = (more: Partial<ModelSelection>): ModelSelection => ({
  name: 'auto',
  floor: 0.9,
  models: [model('small', 0.7), model('big', 0.75)],
  ...more,
})

it('says what of a request was looked at, where learning began and what a gain has to pay for', () => {
  expect(selectionStory(selection({ by: 'words', weight: 0.06 }))).toMatch(
    /the words of its last message; learning began with what is known beforehand; just now the dearest model has to gain 6\.0% to be worth its price\.$/,
  )
  const declared = [model('small', 0.7, 'declared'), model('big', 0.75, 'map and LiveBench')]
  expect(selectionStory(selection({ by: 'embedding', weight: -0.1, models: declared }))).toMatch(
    /an embedding of its last message; learning began with what is declared and what other routers found and LiveBench; just now a dear model is tried more/,
  )
  expect(selectionStory(selection({}))).toMatch(/its kind of work and its names; learning began with [^;]+\.$/)
})
