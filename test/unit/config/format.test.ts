import { describe, expect, test } from 'vitest'
import { formatProblems } from '../../../src/config/format.ts'

const full = {
  file: 'c.yaml',
  line: 3,
  column: 7,
  path: 'server.port',
  message: 'This must be x.',
  value: '"y"',
  hint: 'Try z.',
}

describe('formatProblems', () => {
  test.each([
    [full, 'c.yaml:3:7  server.port  This must be x (got "y"). Try z.'],
    [{ path: 'server.port', message: 'Wrong.' }, 'server.port  Wrong.'],
    [{ file: 'c.yaml', line: 1, column: 1, path: '', message: 'The file is empty.' }, 'c.yaml:1:1  The file is empty.'],
  ])('%j', (problem, line) => expect(formatProblems([problem])).toBe(line))

  test('one line each', () => expect(formatProblems([full, full]).split('\n')).toHaveLength(2))
})
