import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts', 'providers/**/*.test.ts'],
    isolate: false,
    disableConsoleIntercept: true,
    restoreMocks: true,
    testTimeout: 20_000,
  },
})
