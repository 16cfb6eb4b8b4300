import { expect, it } from 'vitest'

import { Stall } from '../../../../src/outcomes/beliefs/stall.ts'

it('takes a slow answer for chance unless the one before was slow, too', () => {
  const stall = new Stall()
  for (let at = 0; at < 6000; at += 2000) {
    expect(stall.observe(at, 5, 1000)).toBe(false)
    expect(stall.observe(at + 1000, 1, 1000)).toBe(false)
    expect(stall.read(at + 1000)).toBe(1)
  }
  stall.observe(7000, 5, 1000)
  expect(stall.observe(8000, 4, 1000)).toBe(true)
  expect(stall.read(8000)).toBe(4)
})

it('counts two slow answers together only within ten minutes', () => {
  const stall = new Stall()
  stall.observe(0, 5, 1000)
  stall.observe(600_001, 5, 1000)
  expect(stall.read(600_001)).toBe(1)
  stall.observe(1_200_000, 5, 1000)
  expect(stall.read(1_200_000)).toBe(5)
})

it('counts what is a little slower than believed at once', () => {
  const stall = new Stall()
  stall.observe(0, 1.5, 1000)
  expect(stall.read(0)).toBe(1.5)
})

it('has not shifted for decisions by what is no more than noise', () => {
  const stall = new Stall()
  stall.observe(0, 2, 3)
  expect(stall.observe(1, 2, 3)).toBe(false)
  expect(stall.read(1)).toBeCloseTo(2)
  expect(stall.observe(2, 4, 3)).toBe(true)
})
