import { expect, test } from 'vitest'
import { sentence } from '../../../src/base/log-stream.ts'

test('a log entry for people is its message and its fields', () => {
  expect(sentence({ level: 30, time: 'T', msg: 'Stats restored', cells: 3, path: undefined })).toBe(
    'Stats restored  cells: 3',
  )
})

test('a reason of several lines stands below, line by line', () => {
  const entry = {
    msg: 'The new configuration is refused',
    reason: 'It has 2 problems:\na.yaml:1  one\na.yaml:2  two',
    at: { x: 1 },
  }
  expect(sentence(entry)).toBe(
    'The new configuration is refused  at: {"x":1}\n    reason:\n      It has 2 problems:\n      a.yaml:1 one\n      a.yaml:2 two',
  )
})

test('nothing in it can steer the terminal', () => {
  expect(sentence({ msg: 'Up\u001b[2Jstream', reason: 'a\u202eb\u001b]0;title\u0007c\rd' })).toBe(
    'Upstream  reason: abc d',
  )
})
