import { defineConfig, type TestProjectInlineConfiguration as Project } from 'vitest/config'
import { PATIENCE_MS } from './test/helpers/patience.ts'

/**
 * `NAME.database.test.ts` needs a database, `NAME.slow.test.ts` takes long or much: neither is a unit test, wherever it
 * stands.
 */
const DATABASE = '**/*.database.test.ts'
const SLOW = '**/*.slow.test.ts'
const SETUP = ['test/helpers/print-outputs.ts']

const project = (name: string, include: string[], exclude: string[], more: Project['test'] = {}): Project => ({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', 'test/fixtures/**', ...exclude],
    // These packages point the condition `source` at TypeScript, which Node does not run from node_modules.
    server: { deps: { inline: [/node_modules\/(ai|@ai-sdk|@openrouter|eventsource-parser)\//] } },
    isolate: false,
    restoreMocks: true,
    // For a machine that is busy with something else: whoever fails, fails by an assertion, or by a wait that says what
    // it waited for.
    testTimeout: 4 * PATIENCE_MS,
    hookTimeout: 4 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    setupFiles: SETUP,
    ...more,
  },
})

export default defineConfig({
  test: {
    // Once for all projects: it stands here and not in each.
    globalSetup: 'test/helpers/global-setup.ts',
    disableConsoleIntercept: true,
    teardownTimeout: PATIENCE_MS,
    // Tests of several processes wait more than they work: on two cores the default, one, leaves the other idle.
    maxWorkers: 2,
    projects: [
      project('unit', ['test/{unit,conformance,wire}/**/*.test.ts', 'providers/**/*.test.ts'], [DATABASE, SLOW], {
        setupFiles: [...SETUP, 'test/helpers/properties.ts'],
      }),
      // Real clients against a router, one file per surface: what `npm test` ends with.
      project('smoke', ['test/acceptance/**/*.test.ts'], [DATABASE, SLOW]),
      project('e2e', ['test/e2e/*.test.ts'], [DATABASE, SLOW], { globalSetup: ['test/helpers/built-hub-page.ts'] }),
      project('database', [`test/${DATABASE}`, 'test/e2e/hub/**/*.test.ts'], [SLOW]),
      project('slow', [SLOW], [], { testTimeout: 10 * PATIENCE_MS }),
    ],
  },
})
