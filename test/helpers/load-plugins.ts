/**
 * Loads plugins as the router does and prints what came of it, one JSON line a case. Run by node itself: the test
 * runner has its own module loader, with other errors. Input: argv[2], JSON of `{ directory, cases: LoadCase[] }`.
 */

import { RouterError } from '../../src/base/errors.ts'
import type { PluginUse } from '../../src/config/types.ts'
import type { PluginKind } from '../../src/plugins/api.ts'
import { PluginRegistry } from '../../src/plugins/registry.ts'

export interface LoadCase {
  readonly plugins?: readonly string[]
  readonly use?: { readonly kind: PluginKind; readonly plugin: string; readonly options?: PluginUse['options'] }
}

export interface LoadResult {
  readonly list?: readonly { kind: string; name: string; source: string }[]
  /** What `capabilities()` of a provider gives: our fixture returns its options there. */
  readonly capabilities?: unknown
  readonly code?: string
  readonly message?: string
  readonly problems?: unknown
  /** Everything that printing the error would show, causes too. */
  readonly printed?: string
  readonly logged?: readonly unknown[]
}

async function load(directory: string, { plugins = [], use }: LoadCase): Promise<LoadResult> {
  const logged: unknown[] = []
  const keep = (fields: unknown, message: string): void => void logged.push({ fields, message })
  const registry = new PluginRegistry({ directory, log: { debug: keep, info: keep, warn: keep, error: keep } })
  try {
    await registry.load(
      plugins.map((specifier, index) => ({ specifier, place: { file: 'router.yaml', line: index + 1 } })),
    )
    const instance = use && (await registry.create(use.kind, useOf(use)))
    const capabilities = instance && 'capabilities' in instance ? instance.capabilities?.('any') : undefined
    return { list: registry.list().filter(({ source }) => source !== 'built-in'), capabilities }
  } catch (error) {
    if (!(error instanceof RouterError)) return { message: `not coded: ${String(error)}` }
    const { inspect } = await import('node:util')
    return {
      code: error.code,
      message: error.message,
      problems: error.extra.problems,
      printed: inspect(error, { depth: 9 }),
      logged,
    }
  }
}

/** Options stand one a line from line 11 on. */
const useOf = ({ plugin, options = {} }: NonNullable<LoadCase['use']>): PluginUse => ({
  id: 'mine',
  plugin,
  options,
  place: { file: 'router.yaml', line: 10 },
  placeOf: (pointer) => ({
    file: 'router.yaml',
    line: 11 + Object.keys(options).indexOf(pointer.split('/')[1] ?? ''),
    column: 5,
  }),
})

const { directory, cases } = JSON.parse(process.argv[2] ?? '') as { directory: string; cases: LoadCase[] }
for (const one of cases) console.log(JSON.stringify(await load(directory, one)))
