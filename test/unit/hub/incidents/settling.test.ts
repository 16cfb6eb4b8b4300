import { expect, test } from 'vitest'
import { Settling } from '../../../../src/hub/incidents/settling.ts'

const endpoint = { provider: 'acme', model: 'm', region: '-' }

test('what comes while an endpoint is settled is settled together, after that', async () => {
  const settling = new Settling()
  const gates: PromiseWithResolvers<void>[] = []
  const work = () => {
    gates.push(Promise.withResolvers())
    return gates.at(-1)!.promise
  }
  const first = settling.run(endpoint, work)
  const others = Array.from({ length: 100 }, () => settling.run(endpoint, work))
  const elsewhere = settling.run({ ...endpoint, model: 'other' }, work)
  expect(gates).toHaveLength(2)
  gates[1]!.resolve()
  await elsewhere
  // Who waits does not fail with what was before.
  gates[0]!.reject(new RangeError('the database is away'))
  await expect(first).rejects.toThrow(RangeError)
  await expect.poll(() => gates.length).toBe(3)
  gates[2]!.resolve()
  await Promise.all(others)
  const again = settling.run(endpoint, work)
  expect(gates).toHaveLength(4)
  gates[3]!.resolve()
  await again
})
