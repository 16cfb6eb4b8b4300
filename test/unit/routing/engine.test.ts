import { afterEach, expect, test, vi } from 'vitest'
import { Engine } from '../../../src/routing/engine.ts'
import type { EngineParts } from '../../../src/routing/parts.ts'
import { createState } from '../../../src/routing/state/state.ts'

afterEach(() => vi.restoreAllMocks())

test('an ejection ends when it was to, although the clock is set back by an hour', () => {
  const T = 1_800_000_000_000
  const clock = vi.spyOn(Date, 'now').mockReturnValue(T)
  const { state, now } = new Engine(
    { state: createState() } as EngineParts,
    { models: new Map() } as never,
    {} as never,
  )
  const { health } = state
  for (let i = 0; i < 3; i++) health.end(health.begin('a/m', now()), 'provider_error', now())
  expect(health.state('a/m', now())).toBe('open')
  clock.mockReturnValue(T - 3_600_000)
  expect(health.state('a/m', now())).toBe('open')
  clock.mockReturnValue(T - 3_600_000 + 60_000)
  expect(health.state('a/m', now())).toBe('half-open')
})
