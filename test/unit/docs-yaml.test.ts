import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { checkPlugins } from '../../src/cli/check/check-plugins.ts'
import { formatProblems } from '../../src/config/format.ts'
import { checkText } from '../../src/config/load.ts'
import { makeAuthority } from '../helpers/certificates.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const docs = readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))

interface Block {
  readonly at: string
  readonly text: string
}
const blocksOf = (page: string): Block[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^ *```ya?ml\n([\s\S]*?)^ *```/gm)].map((found) => ({
    at: `${page}:${found.input.slice(0, found.index).split('\n').length + 1}`,
    text: found[1]!,
  }))

/** Files of other programs begin with one of these; every other block is a configuration, or a part of one. */
const FOREIGN = /^(spec|scrape_configs):/
/** What a part may take for granted: providers and models that the text around it speaks of. */
const PROVIDERS = {
  openai: { api_key: 'a' },
  anthropic: { api_key: 'a' },
  groq: { plugin: 'openai-compatible', preset: 'groq', api_key: 'a' },
  bedrock: { region: 'us-east-1' },
  gpus: { plugin: 'openai-compatible', base_url: 'http://gpus/v1' },
  'corp-gateway': { plugin: 'openai-compatible', base_url: 'http://gateway/v1' },
}
const MODELS = { small: { endpoints: ['openai/gpt-4o-mini'] }, big: { endpoints: ['openai/gpt-4o'] } }

type Part = Readonly<Record<string, Record<string, unknown> | undefined>>

/** A whole configuration is taken as it stands. */
function wholeOf(text: string): string {
  const given = parse(text) as Part
  const part: Part = given.select ? { models: { auto: { select: given.select } } } : given
  if (part.providers && (part.models || part.probes)) return text
  return stringify({ ...part, providers: { ...PROVIDERS, ...part.providers }, models: { ...MODELS, ...part.models } })
}

const variablesIn = (text: string) =>
  Object.fromEntries([...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => [name!, 'a-value']))

const blocks = ['README.md', ...docs].flatMap(blocksOf)

describe('YAML of the documentation', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'router-docs-'))
    const authority = makeAuthority()
    const { cert, key } = authority.issue('router')
    for (const [name, content] of Object.entries({ 'office-ca': authority.cert, router: cert, 'router-key': key }))
      writeFileSync(join(directory, `${name}.pem`), content)
    mkdirSync(join(directory, 'secrets'))
    writeFileSync(join(directory, 'secrets/second'), 'a-key')
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  const problemsOf = async (text: string) => {
    const whole = wholeOf(text.replaceAll('/run/secrets', 'secrets'))
    const { problems, config } = checkText(whole, { directory }, variablesIn(whole))
    return formatProblems([...problems, ...(config ? await checkPlugins(config) : [])])
  }

  test.each(blocks.filter(({ text }) => !FOREIGN.test(text)))('$at is a configuration', async ({ text }) => {
    expect(await problemsOf(text)).toBe('')
  })

  test('of other programs there are as many as the documentation means to have', () => {
    expect(blocks.filter(({ text }) => FOREIGN.test(text)).map(({ at }) => at.split(':')[0])).toEqual([
      'docs/operations.md',
      'docs/operations.md',
    ])
  })

  test.each([
    ['providers:\n  groq: { api_key: a }\nprobes: { models: ["groq/*"], budget_usd: 1 }', 'groq'],
    ['fedration: { continent: EU }', 'fedration'],
    ['select: { form: [small, big] }', 'form'],
    ['models:\n  agent: { endpoints: [nobody/gpt-4o] }', 'nobody'],
    ['routing:\n  strategy: { plugin: adaptive, options: { value_of_tim: 1 } }', 'value_of_tim'],
  ])('%j would be refused', async (text, word) => {
    expect(await problemsOf(text)).toContain(word)
  })
})
