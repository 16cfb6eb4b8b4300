import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // These packages point the condition `source` at TypeScript, which Node does not run from node_modules.
    server: { deps: { inline: [/node_modules\/(ai|@ai-sdk|@openrouter|eventsource-parser)\//] } },
    include: ['test/**/*.test.ts', 'providers/**/*.test.ts'],
    globalSetup: 'test/helpers/global-setup.ts',
    isolate: false,
    disableConsoleIntercept: true,
    restoreMocks: true,
    testTimeout: 20_000,
  },
})
