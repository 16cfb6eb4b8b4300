import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUILT_IN } from '../../../src/plugins/built-in.ts'
import type { LoadCase, LoadResult } from '../../helpers/load-plugins.ts'

const STRATEGIES = Object.keys(BUILT_IN.strategy).join(', ')
const PROVIDERS = Object.keys(BUILT_IN.provider).join(', ')

const root = resolve(import.meta.dirname, '../../..')
const strategy = (plugin: string, options = {}): LoadCase => ({ use: { kind: 'strategy', plugin, options } })
const provider = (plugin: string, options = {}): LoadCase => ({ use: { kind: 'provider', plugin, options } })

/** What fails, and the error: `FOLDER` stands for the folder of the config file. */
const FAILURES: Readonly<Record<string, readonly [LoadCase, code: string, message: string]>> = {
  'a file that is not there': [
    strategy('./plugins/options/indx.js'),
    'ROUTER_PLUGIN_NOT_FOUND',
    'The plugin ./plugins/options/indx.js was not found (router.yaml:10). There is no file FOLDER/plugins/options/indx.js; paths are relative to the config file. Did you mean ./plugins/options/index.js?',
  ],
  'a folder': [
    strategy('./plugins/options'),
    'ROUTER_PLUGIN_NOT_FOUND',
    'The plugin ./plugins/options was not found (router.yaml:10). FOLDER/plugins/options is a folder: name the file, e.g. plugins/options/index.js.',
  ],
  'a package that is not installed': [
    { plugins: ['./plugins/local-typescript/index.ts', 'commonroute-plugin-x'] },
    'ROUTER_PLUGIN_NOT_FOUND',
    'The plugin commonroute-plugin-x was not found (router.yaml:2). A package has to be installed in FOLDER (npm install commonroute-plugin-x); a file begins with ./',
  ],
  'a mistyped built-in name': [
    strategy('prise'),
    'ROUTER_PLUGIN_NOT_FOUND',
    `The plugin prise was not found (router.yaml:10). Did you mean "price"? Known as strategy: ${STRATEGIES}. A package has to be installed in FOLDER (npm install prise); a file begins with ./`,
  ],
  'the name of a module of Node itself': [
    strategy('fs'),
    'ROUTER_PLUGIN_NOT_FOUND',
    `The plugin fs was not found (router.yaml:10). Known as strategy: ${STRATEGIES}. A package has to be installed in FOLDER (npm install fs); a file begins with ./`,
  ],
  'a package whose main file is missing': [
    strategy('main-is-missing'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin main-is-missing cannot be loaded (router.yaml:10): the package is installed, but its package.json leads to no module: Cannot find module \'FOLDER/node_modules/main-is-missing/dist/index.js\'. Please verify that the package.json has a valid "main" entry (MODULE_NOT_FOUND). Reinstall it, or name the module to load, e.g. package/module.',
  ],
  'a package that exports something else': [
    strategy('nothing-exported'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin nothing-exported cannot be loaded (router.yaml:10): the package is installed, but its package.json leads to no module: No "exports" main defined in FOLDER/node_modules/nothing-exported/package.json (ERR_PACKAGE_PATH_NOT_EXPORTED). Reinstall it, or name the module to load, e.g. package/module.',
  ],
  'a package of TypeScript': [
    strategy('typescript-package'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin typescript-package cannot be loaded (router.yaml:10): it is a package of TypeScript files. Packages must ship JavaScript; only files of your own may be .ts.',
  ],
  'a dependency of its own that is not installed': [
    { plugins: ['./plugins/missing-dependency/index.js'] },
    'ROUTER_PLUGIN_BROKEN',
    'The plugin ./plugins/missing-dependency/index.js cannot be loaded (router.yaml:1): it needs a-package-that-nobody-has, which is not installed. Install it where the plugin lies: npm install a-package-that-nobody-has',
  ],
  'the same in CommonJS': [
    strategy('./plugins/missing-dependency-cjs/index.cjs'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin ./plugins/missing-dependency-cjs/index.cjs cannot be loaded (router.yaml:10): it needs a-package-that-nobody-has, which is not installed. Install it where the plugin lies: npm install a-package-that-nobody-has',
  ],
  'a file of its own that is missing': [
    strategy('./plugins/missing-file/index.js'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin ./plugins/missing-file/index.js cannot be loaded (router.yaml:10): it imports FOLDER/plugins/missing-file/helper.js, which does not exist. Correct the import.',
  ],
  'code that throws': [
    strategy('./plugins/throws-on-import/index.js'),
    'ROUTER_PLUGIN_BROKEN',
    "The plugin ./plugins/throws-on-import/index.js cannot be loaded (router.yaml:10): its code failed: TypeError: Cannot read properties of undefined (reading 'plugin') at FOLDER/plugins/throws-on-import/index.js:2. Correct the plugin, or take it out of the configuration.",
  ],
  'code that is not JavaScript': [
    strategy('./plugins/syntax-error/index.js'),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin ./plugins/syntax-error/index.js cannot be loaded (router.yaml:10): its code failed: SyntaxError: Unexpected end of input. Correct the plugin, or take it out of the configuration.',
  ],
  'TypeScript that cannot be stripped': [
    strategy('./plugins/local-typescript/enum.ts'),
    'ROUTER_PLUGIN_BROKEN',
    'Node only strips types: avoid enum, namespace and parameter properties.',
  ],
  'no default export': [
    strategy('./plugins/no-default-export/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'it has no default export. Default-export what',
  ],
  'a default export that is no plugin': [
    strategy('./plugins/not-a-plugin/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'its default export is not a plugin.',
  ],
  'a newer API version': [
    strategy('./plugins/wrong-api-version/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'it is written for version 2 of the plugin API, and this router speaks version 1. Update the router, or install an older version of the plugin.',
  ],
  'an older API version': [
    strategy('./plugins/old-api-version/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'Install a newer version of the plugin.',
  ],
  'an unknown kind': [
    strategy('./plugins/wrong-kind/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'its kind is none of provider, strategy, store, observer.',
  ],
  'another kind than is needed': [
    provider('./plugins/local-typescript/index.ts'),
    'ROUTER_PLUGIN_INVALID',
    `The plugin ./plugins/local-typescript/index.ts is not usable (router.yaml:10): it is a plugin of kind strategy, and a provider is needed here. Built in as provider: ${PROVIDERS}.`,
  ],
  'no name': [strategy('./plugins/no-name/index.js'), 'ROUTER_PLUGIN_INVALID', 'it has no usable name.'],
  'no schema': [strategy('./plugins/no-schema/index.js'), 'ROUTER_PLUGIN_INVALID', 'its schema is not an object.'],
  'no create': [strategy('./plugins/no-create/index.js'), 'ROUTER_PLUGIN_INVALID', 'it has no function create.'],
  'a schema that is not JSON Schema': [
    strategy('./plugins/bad-schema/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'its schema is not valid JSON Schema 2020-12: schema is invalid: data/type must be equal to one of the allowed values',
  ],
  'two modules of one name': [
    { plugins: ['./plugins/duplicate/a.js', './plugins/duplicate/b.js'] },
    'ROUTER_PLUGIN_INVALID',
    'The plugin ./plugins/duplicate/b.js is not usable (router.yaml:2): its name "twin" is already taken by the strategy of ./plugins/duplicate/a.js. Rename one of them, or take one out of the configuration.',
  ],
  'the name of a built-in plugin': [
    { plugins: ['./plugins/shadows-built-in/index.js'] },
    'ROUTER_PLUGIN_INVALID',
    'its name "price" is already taken by the built-in strategy.',
  ],
  'create() that throws, without the secret in its message': [
    strategy('./plugins/create-throws/index.js', { token: 'tok-very-secret' }),
    'ROUTER_PLUGIN_BROKEN',
    'The plugin ./plugins/create-throws/index.js cannot be loaded (router.yaml:10): create() failed: TypeError: the token [redacted] was not accepted. Check its options and what it needs to run.',
  ],
  'create() that returns nothing': [
    provider('./plugins/wrong-shape/index.js'),
    'ROUTER_PLUGIN_INVALID',
    'create() returned undefined, not an object.',
  ],
  'create() that returns something else': [
    provider('./plugins/wrong-shape/index.js', { which: 'empty' }),
    'ROUTER_PLUGIN_INVALID',
    'what create() returned has no function prepare, classify.',
  ],
  'a provider without wires': [
    provider('./plugins/wrong-shape/index.js', { which: 'no_wires' }),
    'ROUTER_PLUGIN_INVALID',
    'has no wires, such as',
  ],
  'a provider with empty wires': [
    provider('./plugins/wrong-shape/index.js', { which: 'empty_wires' }),
    'ROUTER_PLUGIN_INVALID',
    'has no wires, such as',
  ],
  'a member that is no function': [
    provider('./plugins/wrong-shape/index.js', { which: 'close_is_text' }),
    'ROUTER_PLUGIN_INVALID',
    'close is not a function.',
  ],
  'options, all at once': [
    provider('./plugins/options/index.js', {
      api_key: 'sk-short',
      reqion: 'eu',
      retries: 9,
      verbose: 'perhaps',
      nested: { depht: 1 },
    }),
    'ROUTER_PLUGIN_OPTIONS',
    'region is missing',
  ],
}

const WORKING: Readonly<Record<string, readonly [LoadCase, name: string]>> = {
  'a local TypeScript file': [strategy('./plugins/local-typescript/index.ts', { reverse: true }), 'alphabet'],
  'a package that exports only import': [strategy('import-only'), 'import-only'],
  'a module inside a package': [strategy('import-only/other'), 'import-only-other'],
  'a scoped CommonJS package': [strategy('@acme/router-plugin'), '@acme/router-plugin'],
  'CommonJS with module.exports': [strategy('./plugins/common-js/index.cjs'), 'common-js'],
  'CommonJS with exports.default': [strategy('./plugins/common-js/default.cjs'), 'common-js-default'],
  'CommonJS made from an ES module': [strategy('./plugins/common-js/transpiled.cjs'), 'common-js-transpiled'],
  'a listed module under its own name': [
    { plugins: ['./plugins/local-typescript/index.ts'], ...strategy('alphabet') },
    'alphabet',
  ],
  'a module listed twice': [{ plugins: ['./plugins/duplicate/a.js', './plugins/../plugins/duplicate/a.js'] }, 'twin'],
}

const GOOD = { api_key: 'key-01234567890123456789', region: 'eu', retries: '4', verbose: 'true', nested: null }

describe('loading plugins in node itself', () => {
  let directory = ''
  const results = new Map<LoadCase, LoadResult>()
  const good = provider('./plugins/options/index.js', GOOD)
  const resultOf = (loadCase: LoadCase): LoadResult => results.get(loadCase) ?? {}

  beforeAll(async () => {
    // Outside of the project, where neither `commonroute` nor its packages are to be found.
    directory = mkdtempSync(join(tmpdir(), 'plugins-'))
    cpSync(join(root, 'test/plugins'), join(directory, 'plugins'), { recursive: true })
    cpSync(join(root, 'test/plugins/packages'), join(directory, 'node_modules'), { recursive: true })
    const cases = [...Object.values(FAILURES).map(([one]) => one), ...Object.values(WORKING).map(([one]) => one), good]
    const script = join(root, 'test/helpers/load-plugins.ts')
    const input = JSON.stringify({ directory, cases })
    const { stdout } = await promisify(execFile)(process.execPath, ['-C', 'source', script, input], {
      maxBuffer: 1 << 24,
    })
    const lines = stdout.trim().split('\n')
    for (const [index, one] of cases.entries()) results.set(one, JSON.parse(lines[index] ?? '{}') as LoadResult)
  })

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test.each(Object.entries(FAILURES))('%s', (_, [loadCase, code, message]) => {
    const result = resultOf(loadCase)
    expect(result.message?.replaceAll(directory, 'FOLDER')).toContain(message)
    expect(result.code).toBe(code)
  })

  test.each(Object.entries(WORKING))('%s works', (_, [loadCase, name]) => {
    expect(resultOf(loadCase)).toMatchObject({ list: [{ kind: 'strategy', name }] })
  })

  test('every wrong option is told with its line, and with what was probably meant', () => {
    const [loadCase] = FAILURES['options, all at once']!
    expect(resultOf(loadCase).problems).toEqual([
      { path: 'region', message: 'is missing', file: 'router.yaml', line: 10, column: 5 },
      {
        path: 'reqion',
        message: 'is not an option',
        hint: 'Did you mean "region"?',
        file: 'router.yaml',
        line: 12,
        column: 5,
      },
      { path: 'api_key', message: 'must be text of 20 characters or more', file: 'router.yaml', line: 11, column: 5 },
      { path: 'api_key', message: 'must match pattern "^key-"', file: 'router.yaml', line: 11, column: 5 },
      { path: 'retries', message: 'must be a whole number from 0 to 5', file: 'router.yaml', line: 13, column: 5 },
      { path: 'verbose', message: 'must be true or false', file: 'router.yaml', line: 14, column: 5 },
      {
        path: 'nested.depht',
        message: 'is not an option',
        hint: 'Did you mean "depth"?',
        file: 'router.yaml',
        line: 15,
        column: 5,
      },
    ])
    expect(resultOf(loadCase).message).toContain(
      'reqion is not an option (router.yaml:12). Did you mean "region"?; api_key',
    )
  })

  test('no secret is in what printing an error or the log shows', () => {
    for (const result of results.values()) {
      expect(JSON.stringify(result)).not.toMatch(/tok-very-secret|sk-short/)
    }
  })

  test('defaults are filled in, text of variables is turned, what is empty counts as not given', () => {
    expect(resultOf(good).capabilities).toEqual({
      api_key: GOOD.api_key,
      region: 'eu',
      retries: 4,
      verbose: true,
      nested: {},
    })
  })
})
