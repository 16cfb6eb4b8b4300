/**
 * Bundles the router: everything that `router` runs, third-party code included, as ES modules that share their chunks.
 * So a plugin that imports `commonroute/plugin` gets the very modules that the router uses.
 * Run with the condition `source`: node -C source scripts/build-bundle.ts
 */
import { cpSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { RouterError } from '../src/base/errors.ts'
import { thirdPartyLicenses } from './bundle/licenses.ts'
import { slimUndici } from './bundle/slim-undici.ts'
import { prebuiltValidators } from './bundle/validators.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** By the name of the built file; `api`, `testing` and the workers are looked for beside the code that uses them. */
const ENTRIES = {
  main: 'src/commands/main.ts',
  commands: 'src/commands/index.ts',
  'not-found': 'src/commands/not-found.ts',
  api: 'src/plugins/api.ts',
  testing: 'src/plugins/testing.ts',
  'tokenizer-worker': 'src/tokens/tokenizer-worker.ts',
}

/** Threads, which are looked for beside the code that starts them. */
const workers = () =>
  globSync('src/**/*-worker.ts', { cwd: root }).map((path) => [basename(path, '.ts'), path] as const)

/** With files of their own beside their code, or optional: they stay packages. */
const EXTERNAL = ['@electric-sql/pglite', 'pg', 'pg-native']

/** Small, and known by nearly all: one file is found and read sooner than fifteen. Not what needs undici. */
const BASE = { name: 'base', test: /\/src\/base\/(?!outbound|log-stream|discard-body)/ }

/** @param directory default: `dist` */
export async function buildBundle(directory: string = join(root, 'dist')): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: { ...ENTRIES, ...Object.fromEntries(workers()) },
    platform: 'node',
    external: EXTERNAL,
    resolve: { alias: { 'commonroute/plugin': join(root, ENTRIES.api) } },
    // What is not found fails the build, and not a command of its user.
    onwarn: (warning, warn) => {
      if (warning.code === 'UNRESOLVED_IMPORT') throw new RouterError('ROUTER_INTERNAL', { reason: warning.message })
      warn(warning)
    },
    checks: { pluginTimings: false },
    plugins: [prebuiltValidators(), slimUndici(join(root, 'src')), thirdPartyLicenses(root)],
  })
  await bundle.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [BASE] },
    // Others' comments of no legal weight are a quarter of it all.
    comments: { legal: true, jsdoc: false },
  })
  await bundle.close()
  // Read when it is first asked for, so not part of the code.
  cpSync(join(root, 'src/catalogue/models'), join(directory, 'models'), { recursive: true })
}

if (import.meta.main) await buildBundle()
