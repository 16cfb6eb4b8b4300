import { expect, test } from 'vitest'
import { oneAtATime } from '../../../../src/hub/server/one-at-a-time.ts'

test('works for one, sends the others away, and is free again, also after a failure', async () => {
  const started: (() => void)[] = []
  const run = oneAtATime(async (name: string) => {
    await new Promise<void>((resolve) => started.push(resolve))
    if (name === 'bad') throw new RangeError('no')
    return name
  })
  const first = run('bad')
  await expect(run('second')).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 5 })
  started[0]!()
  await expect(first).rejects.toThrow('no')
  const third = run('third')
  started[1]!()
  expect(await third).toBe('third')
})
