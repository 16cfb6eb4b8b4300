import { expect, test } from 'vitest'
import { paletteOf, screenOf } from '../../../src/terminal/colour.ts'

test('colour only on a terminal, and not against NO_COLOR or a dumb terminal', () => {
  const coloured = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv) =>
    screenOf(stream, env).palette.red('x') !== 'x'
  expect(coloured({ isTTY: true }, {})).toBe(true)
  expect(coloured({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
  expect(coloured({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
  expect(coloured({}, {})).toBe(false)
})

test('nothing is cut where there is no terminal', () => {
  expect(screenOf({}, {}).width).toBe(Number.POSITIVE_INFINITY)
  expect(screenOf({ isTTY: true, columns: 120 }, {}).width).toBe(120)
  expect(screenOf({ isTTY: true }, {}).width).toBe(80)
  expect(screenOf({ isTTY: true, columns: 0 }, {}).width).toBe(80)
})

test('a style is closed again', () => {
  expect(paletteOf(true).bold('x')).toBe('\x1b[1mx\x1b[22m')
  expect(paletteOf(true).bold('')).toBe('')
})
