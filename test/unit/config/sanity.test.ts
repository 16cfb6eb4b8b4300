import { describe, expect, test } from 'vitest'
import { isLoopback } from '../../../src/base/loopback.ts'
import { MINIMAL, problemsOf, warningsOf } from './support.ts'

describe('isLoopback', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])('%s is', (host) =>
    expect(isLoopback(host)).toBe(true),
  )
  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    '127.0.0.1.example.com',
    'router.example',
    '127.evil',
    '',
    '::ffff:10.0.0.1',
  ])('%s is not', (host) => expect(isLoopback(host)).toBe(false))
})

describe('exposure', () => {
  const message =
    'server.host 0.0.0.0 is reachable from outside, but auth.keys is empty. Set auth.keys, or listen on 127.0.0.1.'

  test('a public address needs keys', () => {
    expect(problemsOf(`${MINIMAL}server:\n  host: 0.0.0.0\n`)).toEqual([`4:9 server.host: ${message}`])
    expect(problemsOf(`${MINIMAL}server: { host: 0.0.0.0 }\nauth: { keys: [] }\n`)).toHaveLength(1)
    expect(problemsOf(`${MINIMAL}server: { host: 0.0.0.0 }\nauth: { keys: [ 12345678-abc ] }\n`)).toEqual([])
    expect(problemsOf(`${MINIMAL}server: { host: localhost }\n`)).toEqual([])
  })
})

test.each(['ключ-из-восьми', 'two words here', 'naïve-key-1234', 'a-key-with-a-tab\\t'])(
  'a client key that no header can carry (%s) is refused',
  (key) => {
    expect(problemsOf(`${MINIMAL}auth: { keys: [ "${key}" ] }\n`)).toEqual([
      expect.stringMatching(/^3:\d+ auth\.keys\[0\]: This key can never match/),
    ])
  },
)

describe('what is probably not meant', () => {
  test.each([
    ['auth: { keys: [ short ] }', ['3:17 auth.keys[0]: This key is shorter than 8 characters and can be guessed.']],
    ['auth: { keys: [ long-enough ] }', []],
    [
      'routing: { timeouts: { connect: 2m, total: 1m, response: 1m } }',
      ['3:33 routing.timeouts.connect: The timeout "connect" is longer than "total" and has no effect.'],
    ],
    ['routing: { timeouts: { total: 4m } }', []],
    [
      'stats: { store: redis, path: x.json }',
      ['3:30 stats.path: The path is not used: it is an option of the store "lowdb".'],
    ],
    ['stats: { store: redis }', []],
  ])('%s', (line, warnings) => {
    expect(warningsOf(`${MINIMAL}${line}\n`)).toEqual(warnings)
    expect(problemsOf(`${MINIMAL}${line}\n`)).toEqual([])
  })

  test('two observers need different names', () => {
    expect(problemsOf(`${MINIMAL}observers: [ webhook, { plugin: webhook } ]\n`)).toEqual([
      '3:23 observers[1]: There is an observer of this name already.',
    ])
    expect(problemsOf(`${MINIMAL}observers: [ webhook, { plugin: webhook, id: second } ]\n`)).toEqual([])
  })
})
