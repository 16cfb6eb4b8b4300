import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { loadConfigAside } from '../../../src/config/load-aside.ts'
import type { Config, PluginUse } from '../../../src/config/types.ts'

const directory = mkdtempSync(join(tmpdir(), 'aside-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function write(text: string): string {
  const path = join(directory, 'config.yaml')
  writeFileSync(path, text)
  return path
}

const usesOf = (config: Config): PluginUse[] => [
  ...config.providers.values(),
  ...[...config.models.values()].flatMap(({ strategy }) => strategy ?? []),
  config.routing.strategy,
  config.stats.store,
  ...config.observers,
]

const env = {
  ROUTER_KEY: 'a-key-of-the-test',
  OPENAI_API_KEY: 'sk-test',
  ANTHROPIC_API_KEY: '',
  GROQ_API_KEY: 'gsk-test',
}

describe('loadConfigAside', () => {
  test('gives what loadConfig gives', async () => {
    const here = loadConfig('config.example.yaml', env)
    const aside = await loadConfigAside('config.example.yaml', env)
    const comparable = (config: Config) =>
      JSON.stringify(config, (_, value) =>
        value instanceof Map ? [...value] : typeof value === 'function' ? undefined : value,
      )
    expect(comparable(aside)).toBe(comparable(here))
    const pointers = ['', '/api_key', '/no_such', '/options/url', '/headers/x/y']
    const places = (config: Config) => usesOf(config).map((use) => pointers.map((pointer) => use.placeOf(pointer)))
    expect(places(aside)).toEqual(places(here))
    expect(
      places(here)
        .flat()
        .filter(({ line }) => line !== undefined).length,
    ).toBeGreaterThan(5)
  })

  test.each([
    ['wrong values', 'providers: { a: { plugin: x } }\nserver: { port: many }\nzzz: 1\n'],
    ['broken YAML', 'providers: [\n'],
    ['a missing variable', `providers: { a: { api_key: "$\{NOT_SET_AT_ALL}" } }\n`],
  ])('says of %s what loadConfig says', async (_, text) => {
    const path = write(text)
    const refusal = (() => {
      try {
        return loadConfig(path, {})
      } catch (error) {
        return error
      }
    })()
    await expect(loadConfigAside(path, {})).rejects.toEqual(refusal)
  })

  test('says when there is no file', async () => {
    await expect(loadConfigAside(join(directory, 'no.yaml'))).rejects.toMatchObject({ code: 'ROUTER_CONFIG_NOT_FOUND' })
  })
})
