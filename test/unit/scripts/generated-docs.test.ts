import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { editorSchema } from '../../../scripts/generate-config-schema.ts'
import { errorReference } from '../../../scripts/generate-errors.ts'
import { withProviders } from '../../../scripts/generate-providers.ts'
import { ERRORS } from '../../../src/base/errors.ts'

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')

describe('docs/errors.md', () => {
  test('is what the table says: npm run docs', () => expect(read('docs/errors.md')).toBe(errorReference()))

  test('has every code once', () => {
    const codes = [...errorReference().matchAll(/^\| `(ROUTER_\w+)`/gm)].map(([, code]) => code)
    expect(codes.toSorted()).toEqual(Object.keys(ERRORS).toSorted())
  })
})

describe('docs/providers.md', () => {
  test('says what the presets say: npm run docs', () => {
    const page = read('docs/providers.md')
    expect(page).toBe(withProviders(page))
  })
})

describe('docs/config.schema.json', () => {
  const accepts = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
    JSON.parse(editorSchema()),
  )

  test('is what the router checks with: npm run docs', () =>
    expect(read('docs/config.schema.json')).toBe(editorSchema()))

  test.each(['config.example.yaml', 'examples/plugins/config.yaml', 'examples/docker-compose/config.yaml'])(
    'takes %s',
    (name) => {
      expect(accepts(parse(read(name))), JSON.stringify(accepts.errors)).toBe(true)
    },
  )

  const variable = (name: string) => `"$\{${name}}"`

  test.each([
    `server: { port: ${variable('PORT')} }`,
    `stats: { flush: ${variable('FLUSH:-10s')} }`,
    'x-anchors: { a: 1 }',
  ])('takes %s', (yaml) => {
    expect(accepts({ providers: { sandbox: {} }, ...parse(yaml) }), JSON.stringify(accepts.errors)).toBe(true)
  })

  test.each(['server: { prot: 4000 }', 'server: { port: four }', 'stats: { flush: soon }', 'log: { level: loud }'])(
    'refuses %s',
    (yaml) => {
      expect(accepts({ providers: { sandbox: {} }, ...parse(yaml) })).toBe(false)
    },
  )
})
