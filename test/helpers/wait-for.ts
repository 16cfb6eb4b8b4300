/** vitest's own, as patient as the rest of the tests; for concurrent tests too, where `expect.poll` does not go. */
import { vi } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

/** Settles when `check` no longer throws. */
export const waitFor = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: PATIENCE_MS })

/** Settles when `condition` holds. */
export const waitUntil = async (condition: () => unknown): Promise<void> => {
  await waitFor(async () => {
    if (!(await condition())) throw new Error(`waited ${PATIENCE_MS / 1000} s until ${condition}`)
  })
}
