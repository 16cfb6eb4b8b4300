// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { describe, expect, test } from 'vitest'
import { type Environment, expand as expandAll } from '../../../src/config/environment.ts'

const expand = (text: string, env: Environment) => expandAll(text, env, (kind, name) => `<${kind} ${name}>`)

const env = { KEY: 'k1', EMPTY: '', NESTED: '${KEY}' }

describe('expand', () => {
  test.each([
    ['${KEY}', 'k1'],
    ['Bearer ${KEY}!', 'Bearer k1!'],
    ['${KEY}${KEY}', 'k1k1'],
    ['${NONE:-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${NONE:-}', ''],
    ['${KEY:-x}', 'k1'],
    ['${NONE:-http://h:1/a?b={c}', 'http://h:1/a?b={c'],
    ['$${KEY}', '${KEY}'],
    ['a$b $1 {c}', 'a$b $1 {c}'],
  ])('%s', (text, result) => {
    expect(expand(text, env)).toMatchObject({ text: result, missing: [], malformed: false })
  })

  test('leaves out the line ends behind what a variable holds, and no others', () => {
    const files = { KEY: 'k1\r\n', TWO: 'a\nb\n\n', BLANK: '\n' }
    expect(expand('<${KEY}> <${TWO}> <${BLANK:-x}>', files).text).toBe('<k1> <a\nb> <x>')
  })

  test('does not expand what a variable holds', () => {
    expect(expand('${NESTED}', env).text).toBe('${KEY}')
  })

  test('says whether anything came from the environment', () => {
    expect(expand('${KEY}', env).expanded).toBe(true)
    expect(expand('$${KEY}', env).expanded).toBe(false)
    expect(expand('plain', env).expanded).toBe(false)
  })

  test('names every missing variable and leaves the reference', () => {
    expect(expand('${A} ${EMPTY} ${KEY}', env)).toMatchObject({ text: '${A} ${EMPTY} k1', missing: ['A', 'EMPTY'] })
  })

  test.each(['${', '${}', '${a b}', '${1A}', 'x ${KEY', '${KEY-x}'])('%s is malformed', (text) =>
    expect(expand(text, env).malformed).toBe(true),
  )
})

test.each(['__proto__', 'constructor', 'toString'])('${%s} is a variable like any other', (name) => {
  expect(expand(`\${${name}}`, {})).toMatchObject({ missing: [name] })
  expect(expand(`\${${name}}`, process.env)).toMatchObject({ missing: [name] })
})
