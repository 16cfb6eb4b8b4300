import { expect, test } from 'vitest'
import { pad, plural, printable, shorten, textWidth } from '../../../../src/base/format/text.ts'

test('the width of a text is what a terminal draws', () => {
  expect(textWidth('groq/llama')).toBe(10)
  expect(textWidth('モデル')).toBe(6)
  expect(textWidth('モデル'.normalize('NFD'))).toBe(6)
  expect(textWidth('ﾓﾃﾙ')).toBe(3)
  expect(textWidth('e\u0301')).toBe(1)
  expect(textWidth('👩‍👩‍👧')).toBe(2)
  expect(textWidth('❤️')).toBe(2)
  expect(textWidth('\x1b[1mbold\x1b[22m é')).toBe(6)
})

test('cut texts keep both ends and never exceed the width', () => {
  expect(shorten('together/meta-llama/Llama-3.3-70B-Instruct-Turbo', 20)).toBe('together/m…uct-Turbo')
  expect(shorten('short', 20)).toBe('short')
  for (let width = 1; width < 20; width += 1)
    expect(textWidth(shorten('供应商/模型名称-八十亿参数', width))).toBeLessThanOrEqual(width)
})

test('padding counts columns, not characters', () => {
  expect(pad('模型', 6)).toBe('模型  ')
  expect(pad('7', 3, 'right')).toBe('  7')
  expect(pad('longer', 3)).toBe('longer')
})

test('upstream text cannot steer the terminal', () => {
  expect(printable('\x1b[2J\x1b]0;title\x07over\r\nloaded\x00\x9b31m')).toBe('over loaded')
})

test('plurals', () => {
  expect([0, 1, 1200].map((count) => plural(count, 'request'))).toEqual(['0 requests', '1 request', '1,200 requests'])
})
