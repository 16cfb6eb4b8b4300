import { describe, expect, test } from 'vitest'
import { needSafePath, splitTarget } from '../../../../src/server/relay/path.ts'

test.each([
  ['/a/b?x=1&y', '/a/b', '?x=1&y'],
  ['http://host:1/a?b#c', '/a', '?b'],
  ['/a#b?c', '/a', ''],
  ['/a?', '/a', '?'],
])('%s is cut in two', (target, path, query) => expect(splitTarget(target)).toEqual({ path, query }))

describe('a path', () => {
  test.each(['', 'a', 'a/b.c', 'v1/models/a%2Fb', 'a..b/...', 'models/x:generate', 'a%20b', '100%25', '%ff', '%C3%A9'])(
    'that stays below: %s',
    (path) => expect(() => needSafePath(path)).not.toThrow(),
  )
  test.each([
    '..',
    '.',
    'a/..',
    'a/%2e%2e',
    'a/%2E.',
    'a/.%2e/b',
    '%252e%252e',
    'a%2f..',
    'a\\b',
    'a%5c..',
    '..;a=b/c',
    'a%0d%0ab',
    'a%',
    'a%zz',
    '%25zz/%252e%252e',
    '%2525252525252525252e',
  ])('that may not: %s', (path) => expect(() => needSafePath(path)).toThrow(/not passed on/))
})
