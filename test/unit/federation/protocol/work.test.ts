import { expect, test } from 'vitest'
import { doWork, isDone } from '../../../../src/federation/protocol/work.ts'

const NOW = 20_000 * 86_400_000
const task = { hub: 'hub', publicKey: 'member' }

test('is good for its hub, its key and its day', async () => {
  const work = await doWork(task, 12, NOW)
  expect(isDone(work, task, 12, NOW)).toBe(true)
  expect(isDone(work, task, 12, NOW + 86_400_000)).toBe(true)
  expect(isDone(work, task, 12, NOW + 2 * 86_400_000)).toBe(false)
  for (const other of [
    { ...task, hub: 'other' },
    { ...task, publicKey: 'other' },
  ])
    expect(isDone(work, other, 12, NOW)).toBe(false)
  expect(isDone({ ...work, day: work.day + 1 }, task, 12, NOW)).toBe(false)
})

test('asks nothing of nobody, and more than there is of all', async () => {
  expect(isDone({ day: 20_000, nonce: '0' }, task, 0, NOW)).toBe(true)
  expect(isDone({ day: 20_000, nonce: '0' }, task, 256, NOW)).toBe(false)
})
