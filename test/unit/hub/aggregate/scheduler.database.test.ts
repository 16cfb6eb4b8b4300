import { expect, it } from 'vitest'
import { AggregationScheduler, dueAt, dueEpoch } from '../../../../src/hub/aggregate/scheduler.ts'
import { hubSettings } from '../../../helpers/hub-reports.ts'
import { openPglite } from '../../../helpers/pglite.ts'

const EPOCH = 400_000

it('makes a map 0.6 epochs after its end', () => {
  expect(dueAt(EPOCH, 3_600)).toBe((EPOCH + 1.6) * 3_600_000)
  expect(dueEpoch(dueAt(EPOCH, 3_600), 3_600)).toBe(EPOCH)
  expect(dueEpoch(dueAt(EPOCH, 3_600) - 1, 3_600)).toBe(EPOCH - 1)
})

it('makes each map once, one after a time away, and again after an error', async () => {
  const store = await openPglite()
  const [made, errors]: [number[], unknown[]] = [[], []]
  let now = dueAt(EPOCH, 3_600)
  let isBroken = false
  const flaky: typeof store = {
    ...store,
    exclusively: (name, work) =>
      isBroken ? Promise.reject(new Error('the database is away')) : store.exclusively(name, work),
  }
  const options = {
    settings: hubSettings(),
    now: () => now,
    onMap: ({ epoch }: { epoch: number }) => void made.push(epoch),
    onError: (error: unknown) => void errors.push(error),
  }
  const one = new AggregationScheduler({ ...options, store: flaky })
  const other = new AggregationScheduler({ ...options, store })
  try {
    await Promise.all([one.runDue(), other.runDue(), one.runDue()])
    expect(made).toEqual([EPOCH])
    now += 10 * 3_600_000
    await one.runDue()
    await other.runDue()
    expect(made).toEqual([EPOCH, EPOCH + 10])
    now -= 5 * 3_600_000
    await one.runDue()
    await new AggregationScheduler({ ...options, store }).runDue()
    expect(made).toHaveLength(2)
    expect(errors.splice(0)).toMatchObject([
      { message: expect.stringContaining('ends 5 h after') },
      { message: expect.stringContaining('ends 5 h after') },
    ])
    now += 6 * 3_600_000
    isBroken = true
    await one.runDue()
    expect(errors).toHaveLength(1)
    isBroken = false
    await one.runDue()
    expect(made.at(-1)).toBe(EPOCH + 11)
    const due = new Promise<void>((resolve) => {
      const scheduler = new AggregationScheduler({ ...options, store, onMap: () => resolve(scheduler.stop()) })
      now += 3_600_000
      scheduler.start()
    })
    await due
  } finally {
    await Promise.all([one.stop(), other.stop()])
    await store.close()
  }
})
