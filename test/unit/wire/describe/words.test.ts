import { expect, test } from 'vitest'
import { WORD_BUCKETS } from '../../../../src/base/word-buckets.ts'
import { wordsOf } from '../../../../src/wire/describe/words.ts'

test('words and their pairs are hashed into buckets with a norm of one', () => {
  for (const text of ['hello', 'Sort a list in Python, please', '把这句话翻译成英文', 'x'.repeat(20_000)]) {
    const words = wordsOf(text)
    let squares = 0
    for (let i = 0; i < words.length; i += 2) {
      expect(words[i]).toBeLessThan(WORD_BUCKETS)
      squares += words[i + 1]! ** 2
    }
    expect(squares).toBeCloseTo(1, 1)
  }
  expect(wordsOf('')).toEqual([])
  expect(wordsOf(' \n')).toEqual([])
})

test('case and signs do not matter, order does', () => {
  expect(wordsOf('Hello, World!')).toEqual(wordsOf('hello world'))
  expect(wordsOf('world hello')).not.toEqual(wordsOf('hello world'))
})

test('of a long text both ends are read', () => {
  const middle = 'lorem ipsum '.repeat(1000)
  expect(wordsOf(`${middle}tulips`)).not.toEqual(wordsOf(`${middle}anchor`))
  expect(wordsOf(`tulips ${middle}`)).not.toEqual(wordsOf(`anchor ${middle}`))
})
