import { expect, test } from 'vitest'
import { makePrompt, markPrompt, tokensAtMost } from '../../../src/bench/prompt.ts'

test.each([50, 250, 4000])('a prompt of %d tokens has about that many words and is not underestimated', (tokens) => {
  const prompt = makePrompt(tokens)
  expect(Math.abs(prompt.split(' ').length - tokens)).toBeLessThanOrEqual(10)
  expect(tokensAtMost(prompt)).toBeGreaterThanOrEqual(tokens)
})

test('however short, the task is part of it', () => {
  expect(makePrompt(1)).toMatch(/^\w+\. Continue with a long story/)
})

test('no two requests begin alike, so that no prompt cache helps the later one', () => {
  const marked = new Set(Array.from({ length: 100 }, () => markPrompt('hello').slice(0, 6)))
  expect(marked.size).toBeGreaterThan(95)
  expect(markPrompt('hello')).toMatch(/^\[[a-z0-9]+\] hello$/)
})

test('other scripts are not underestimated either', () => {
  expect(tokensAtMost('あ'.repeat(300))).toBeGreaterThanOrEqual(300)
})
