import { expect, it } from 'vitest'
import { familyOf } from '../../../src/tokens/families.ts'
import { imageTokens, sizeOf } from '../../../src/tokens/images.ts'
import { PIXEL } from '../../helpers/scene.ts'

// The examples that the makers' pages give, and figures measured there.
it.each([
  ['gpt-4o', 1024, 1024, 765],
  ['gpt-4o', 2048, 4096, 1105],
  ['gpt-4.1-mini', 1024, 1024, Math.ceil(1024 * 1.62)],
  ['claude-sonnet-4-5', 1000, 1000, 36 * 36],
  ['claude-sonnet-4-5', 4000, 4000, 1568],
  ['claude-opus-4-7', 2576, 2576, 4784],
  ['google/gemini-2.5-flash', 384, 384, 258],
])('%s takes %i x %i pixels for %i tokens', (model, width, height, tokens) => {
  expect(imageTokens(familyOf(model).image, { width, height })).toBe(tokens)
})

it('finds the size in the bytes of an image', () => {
  expect(sizeOf(PIXEL)).toEqual({ width: 1, height: 1 })
  expect(sizeOf(`data:image/png;base64,${PIXEL}`)).toEqual({ width: 1, height: 1 })
})

it.each([undefined, '', 'https://example.com/a.png', 'data:image/png;base64,', 'AAAA', 'no,image'])(
  'takes %s for a usual size',
  (data) => {
    expect(sizeOf(data)).toEqual({ width: 1024, height: 1024 })
  },
)
