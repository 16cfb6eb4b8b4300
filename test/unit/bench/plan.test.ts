import { expect, test } from 'vitest'
import { planRounds, runSteps, type Step } from '../../../src/bench/plan.ts'

test('every endpoint is asked once a round, in changing order', () => {
  let seed = 1
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const steps = planRounds(['a', 'b', 'c'], 50, random)
  expect(steps).toHaveLength(150)
  const orders = new Set<string>()
  for (let round = 0; round < 50; round += 1) {
    const own = steps.slice(round * 3, round * 3 + 3)
    expect(own.every((step) => step.round === round)).toBe(true)
    expect(own.map((step) => step.endpoint).toSorted()).toEqual(['a', 'b', 'c'])
    orders.add(own.map((step) => step.endpoint).join(''))
  }
  expect(orders.size).toBe(6)
})

/** An `act` whose steps end when they are told to. */
function manual() {
  const begun: string[] = []
  const waiting: (() => void)[] = []
  const act = (step: Step) => {
    begun.push(`${step.endpoint}${step.round}`)
    return new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { begun, waiting, act }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('steps begin in order, no more of them at once than allowed', async () => {
  const { begun, waiting, act } = manual()
  const run = runSteps(planRounds(['a'], 5), 2, act, new AbortController().signal)
  expect(begun).toEqual(['a0', 'a1'])
  waiting[1]?.()
  await settle()
  expect(begun).toEqual(['a0', 'a1', 'a2'])
  for (let at = 0; at < 5; at += 1) {
    waiting[at]?.()
    await settle()
  }
  await run
  expect(begun).toEqual(['a0', 'a1', 'a2', 'a3', 'a4'])
})

test('after an abort nothing new begins, and what is under way is waited for', async () => {
  const { begun, waiting, act } = manual()
  const controller = new AbortController()
  const run = runSteps(planRounds(['a'], 9), 2, act, controller.signal)
  controller.abort()
  let ended = false
  void run.then(() => {
    ended = true
  })
  waiting[0]?.()
  await settle()
  expect(ended).toBe(false)
  waiting[1]?.()
  await run
  expect(begun).toEqual(['a0', 'a1'])
})
