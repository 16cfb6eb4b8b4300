import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configReference, keysOf } from '../../../scripts/generate-config-reference.ts'
import { checkPlugins } from '../../../src/cli/check/check-plugins.ts'
import { checkConfig } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema/index.ts'
import type { SchemaNode } from '../../../src/config/schema/values.ts'

const root = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const ENV = { ROUTER_KEY: 'a-client-key', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a', GROQ_API_KEY: 'g' }

/** The keys of the schema that a value uses, as the reference writes them. */
function used(value: unknown, schema: SchemaNode, path: string, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) used(item, schema.items ?? {}, `${path}[]`, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, below] of Object.entries(value)) {
      const known = schema.properties?.[key]
      const rest = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
      const at = `${path === '' ? '' : `${path}.`}${known === undefined ? 'NAME' : key}`
      if (known === undefined && rest === undefined) continue
      found.add(at)
      used(below, known ?? rest!, at, found)
    }
  }
  return found
}

describe('config.example.yaml', () => {
  test('is valid, and needs the variables that it names', () => {
    const { problems, warnings } = checkConfig(root('config.example.yaml'), ENV)
    expect(problems).toEqual([])
    expect(warnings).toEqual([])
    const { ROUTER_KEY, OPENAI_API_KEY } = ENV
    expect(checkConfig(root('config.example.yaml'), { ROUTER_KEY, OPENAI_API_KEY }).problems).toEqual([])
    expect(checkConfig(root('config.example.yaml'), {}).problems).toHaveLength(3)
  })

  test('has options that the plugins take', async () => {
    expect(await checkPlugins(checkConfig(root('config.example.yaml'), ENV).config!)).toEqual([])
  })

  test('shows every key of the schema', () => {
    const found = used(parse(readFileSync(root('config.example.yaml'), 'utf8')), configSchema, '', new Set())
    // The strategy and the store of the whole router stand in their short form.
    // What would need a file is commented out.
    const short = /^((routing\.strategy|stats\.store)\.|stats\.prior$|providers\.NAME\.(tls|socket_path))/
    const missing = [...keysOf(configSchema)]
      .map(({ path }) => path)
      .filter((path) => !found.has(path) && !short.test(path))
    expect(missing).toEqual([])
  })
})

describe('docs/configuration.md', () => {
  test('is up to date: npm run docs', () => {
    expect(readFileSync(root('docs/configuration.md'), 'utf8')).toBe(configReference())
  })

  test('describes every key, in a sentence', () => {
    for (const { path, schema } of keysOf(configSchema)) expect(schema.description, path).toMatch(/^[A-Z0-9`].*[.]$/)
  })
})
