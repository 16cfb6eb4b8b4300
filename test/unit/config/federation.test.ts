import { describe, expect, test } from 'vitest'
import { check, MINIMAL, problemsOf, warningsOf } from './support.ts'

const withLine = (line: string) => `${MINIMAL}${line}\n`

describe('the federation section', () => {
  test('has defaults that leave the choices of joining alone', () => {
    expect(check(MINIMAL).config?.federation).toEqual({
      enabled: true,
      share: true,
      grids: false,
      prices: true,
      quality: true,
      providers: {},
      models: [],
      incidents: true,
    })
  })

  test('takes what is set, and the hub without its last slash', () => {
    const text = withLine(
      'federation: { enabled: false, hub: "https://hub.example/", share: false, noise: false, continent: EU, providers: { sandbox: openai }, models: [sandbox/fast], incidents: false }',
    )
    expect(check(text).config?.federation).toEqual({
      enabled: false,
      hub: 'https://hub.example',
      share: false,
      noise: false,
      grids: false,
      prices: true,
      quality: true,
      continent: 'EU',
      providers: { sandbox: 'openai' },
      models: ['sandbox/fast'],
      incidents: false,
    })
  })

  test.each([
    [
      'federation: { hub: "hub.example" }',
      '3:20 federation.hub: This must be the address of a hub, such as https://hub.example.',
    ],
    [
      'federation: { hub: "https://me:pw@hub.example" }',
      '3:20 federation.hub: This must be the address of a hub, such as https://hub.example.',
    ],
    ['federation: { continent: XX }', '3:26 federation.continent: This must be one of AF, AN, AS, EU, NA, OC, SA, -.'],
    [
      'federation: { providers: { sandbx: openai } }',
      '3:36 federation.providers.sandbx: There is no provider "sandbx".',
    ],
    ['federation: { models: [other/fast] }', '3:24 federation.models[0]: There is no provider "other".'],
    ['federation: { models: [fast] }', '3:24 federation.models[0]: This must be provider/upstream-model.'],
  ])('%s', (line, problem) => expect(problemsOf(withLine(line))).toEqual([problem]))

  test('says what has no effect', () => {
    expect(warningsOf(withLine('federation: { share: false, grids: true, quality: true }'))).toEqual([
      '3:36 federation.grids: "grids" has no effect while "share" is false.',
      '3:51 federation.quality: "quality" has no effect while "share" is false.',
    ])
  })
})
