import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BUILT_IN } from '../../../../src/plugins/built-in.ts'

const text = readFileSync(new URL('../../../../docs/strategies.md', import.meta.url), 'utf8')

interface Loaded {
  readonly schema: { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> }
}

describe('docs/strategies.md', () => {
  it.each(Object.entries(BUILT_IN.strategy))('tells of %s and its options, with their defaults', async (name, load) => {
    expect(text).toContain(`| \`${name}\``)
    const start = text.search(new RegExp(`^## .*\\b${name}\\b`, 'm'))
    expect(start).toBeGreaterThan(0)
    const section = text.slice(start).split('\n## ')[0]!
    const { schema } = (await load()).default as Loaded
    for (const [option, { default: value }] of Object.entries(schema.properties)) {
      expect(section).toContain(`\`${option}\``)
      expect(section).toContain(String(value))
    }
  })
})
