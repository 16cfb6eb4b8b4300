// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { RouterError } from '../../../src/base/errors.ts'
import { configOf } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema/index.ts'
import { runs } from '../../helpers/properties.ts'
import { check } from './support.ts'

const example = readFileSync(new URL('../../../config.example.yaml', import.meta.url), 'utf8')
const ENV = { ROUTER_KEY: 'a-client-key', OPENAI_API_KEY: 'o' }

/** Loads or throws a RouterError whose problems are all within the file. */
function survives(text: string): void {
  const result = check(text, ENV)
  const lines = text.split(/\r?\n|\r/).length
  for (const { line, column, message } of [...result.problems, ...result.warnings]) {
    expect(message).not.toBe('')
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines + 1)
    expect(column).toBeGreaterThanOrEqual(1)
  }
  try {
    configOf(result)
    expect(result.problems).toEqual([])
  } catch (error) {
    if (!(error instanceof RouterError)) throw error
    expect(result.problems.length).toBeGreaterThan(0)
  }
}

const pieces = [
  'providers',
  'models',
  'a',
  'b',
  ': ',
  ':',
  '\n',
  '\n  ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '&x ',
  '*x',
  '<<: ',
  '"',
  "'",
  '${',
  '}',
  '${A}',
]
const more = [
  '# ',
  '!t ',
  '|\n',
  '>',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '? ',
  '\t',
  '1',
  'null',
  '.nan',
  '\ufeff',
  '\0',
  '__proto__',
  '~',
  'é',
]
const yamlish = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 60 }).map((parts) => parts.join(''))

const keys = [
  'providers',
  'models',
  ...Object.keys(configSchema.properties ?? {}),
  'endpoints',
  'strategy',
  'plugin',
  'options',
  'price',
  'toString',
]
const { value: shaped } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('', 'x', 'a/b', '30s', '${A}', '${ROUTER_KEY}', 'true', null, true, false, 0, -1, 1.5, 1e300),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
  ),
}))

describe('whatever stands in the file, it is loaded or refused with places', () => {
  test('any text', () => fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), survives)))
  test('pieces of YAML', () => fc.assert(fc.property(yamlish, survives), { numRuns: runs(1000) }))
  test('YAML of the wrong shape', () =>
    fc.assert(
      fc.property(shaped, (value) => survives(stringify(value))),
      { numRuns: runs(300) },
    ))
  test('sections of the wrong shape', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), shaped, { maxKeys: 6 }), (value) =>
        survives(stringify(value)),
      ),
      { numRuns: runs(300) },
    ))
  test('the example, cut off anywhere or with a character changed', () =>
    fc.assert(
      fc.property(fc.nat(example.length - 1), fc.constantFrom(...pieces, ...more), (at, piece) => {
        survives(example.slice(0, at))
        survives(example.slice(0, at) + piece + example.slice(at + 1))
      }),
      { numRuns: runs(60) },
    ))
})
