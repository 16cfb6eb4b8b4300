import { expect, test } from 'vitest'
import { forgiveChanged } from '../../../src/app/forgive-changed.ts'
import { checkText, configOf } from '../../../src/config/load.ts'
import { createState } from '../../../src/routing/state/state.ts'

const configWith = (key: string) =>
  configOf(
    checkText(
      `
providers:
  one: { plugin: openai, api_key: ${key} }
  two: { plugin: openai, api_key: k }
`,
      { directory: '/' },
      {},
    ),
  )

test('a provider with another key is forgiven in all that it was asked for, also what no file names', () => {
  const state = createState()
  const healths = [state.health, state.countingHealth]
  for (const health of healths)
    for (const id of ['one/m', 'two/m']) health.end(health.begin(id, 0), 'provider_auth', 0, { about: 'endpoint' })
  const states = () => healths.flatMap((health) => ['one/m', 'two/m'].map((id) => health.state(id, 0)))
  expect(states()).toEqual(['open', 'open', 'open', 'open'])
  forgiveChanged(configWith('old'), configWith('old'), state)
  expect(states()).toEqual(['open', 'open', 'open', 'open'])
  forgiveChanged(configWith('old'), configWith('new'), state)
  expect(states()).toEqual(['closed', 'open', 'closed', 'open'])
})
