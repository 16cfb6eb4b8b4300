import { expect, it, vi } from 'vitest'
import type { Catalogue } from '../../../src/routing/catalogue.ts'
import { OwnAccounts } from '../../../src/server/own-accounts.ts'

it('closes what it has opened where a later key is refused', async () => {
  const close = vi.fn(async () => {})
  const providers = new Map([['a', { id: 'a', withKey: async () => ({ id: 'a', adapter: { close } }) }]])
  const accounts = new OwnAccounts(() => ({ providers }) as unknown as Catalogue)
  const client = { fingerprint: '', byok: { allowFallbacks: false } }
  const opened = accounts.of({ 'x-router-provider-key': 'a=sk-1,b=sk-2' }, client)
  await expect(opened).rejects.toMatchObject({ code: 'ROUTER_BYOK_PROVIDER' })
  expect(close).toHaveBeenCalledOnce()
})
