import { expect, test } from 'vitest'
import { startRouter } from '../router.ts'

test('fails while its router runs', { timeout: 60_000 }, async () => {
  const router = await startRouter({
    config: 'providers: { sandbox: {} }',
    directory: process.env.LEFTOVERS_DIRECTORY!,
  })
  expect(router.pid).toBe(0)
})
