import { expect, it } from 'vitest'
import { DeadlineWheel } from '../../../../src/base/deadline-wheel.ts'
import type { RouterError } from '../../../../src/base/errors.ts'
import { NotPrepared } from '../../../../src/plugins/api.ts'
import { Relay, type RelayOwner, type RelayResult } from '../../../../src/routing/relay/relay.ts'

/** How a relay ends whose adapter throws this in place of an address. */
async function endOf(thrown: Error): Promise<{ result: RelayResult; error: RouterError | undefined }> {
  const wheel = new DeadlineWheel()
  const passThrough = () => Promise.reject(thrown)
  return new Promise((resolve) => {
    const owner = {
      call: {
        method: 'GET',
        path: 'x',
        query: '',
        headers: {},
        provider: { id: 'p', secrets: [], adapter: { passThrough } },
      },
      sink: { closed: false, onClose: () => {} },
      responseMs: 1000,
      idleMs: 1000,
      wait: (ms: number, onExpire: () => void) => wheel.add(ms, onExpire),
      ended: (result: RelayResult, error: RouterError | undefined) => resolve({ result, error }),
    }
    void new Relay(owner as unknown as RelayOwner).start()
  })
}

it('takes missing credentials for what the adapter says they are', async () => {
  const failure = { kind: 'provider_auth', message: 'there is no token' } as const
  const { result, error } = await endOf(new NotPrepared(failure))
  expect(result).toMatchObject(failure)
  expect(error?.message).toContain('there is no token')
})

it('takes what else an adapter throws for a fault of the router', async () => {
  expect((await endOf(new Error('broken'))).result).toMatchObject({ kind: 'router_error', message: 'broken' })
})
