import { defineConfig } from 'vitest/config'

/** Tests that fail while a router runs: for test/e2e/leftovers.test.ts. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/helpers/leftovers/*.failing.ts'],
    globalSetup: 'test/helpers/global-setup.ts',
    reporters: ['default'],
    hookTimeout: 50,
  },
})
