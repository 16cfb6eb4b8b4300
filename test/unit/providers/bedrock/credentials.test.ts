import { describe, expect, it, vi } from 'vitest'
import { credentialsOf } from '../../../../providers/bedrock/credentials.ts'
import { Renewed } from '../../../../providers/shared/renewed.ts'
import { waitFor } from '../../../helpers/wait-for.ts'

const given = (accessKeyId: string, expiration?: Date) => ({
  accessKeyId,
  secretAccessKey: 's',
  ...(expiration && { expiration }),
})

describe('credentials', () => {
  it('of a profile come from the official chain, and are fetched again before they end', async () => {
    let now = 0
    const find = vi
      .fn()
      .mockResolvedValueOnce(given('one', new Date(3_600_000)))
      .mockResolvedValueOnce(given('two'))
    const defaultProvider = vi.fn(() => find)
    const env = { AWS_ACCESS_KEY_ID: 'env', AWS_SECRET_ACCESS_KEY: 's' }
    const credentials = credentialsOf(
      { profile: 'dev' },
      () => now,
      env,
      async () => ({ defaultProvider }),
    )
    const [first, same] = await Promise.all([credentials.get(), credentials.get()])
    expect([first, same, find.mock.calls.length]).toEqual([given('one'), given('one'), 1])
    expect(defaultProvider).toHaveBeenCalledWith({ profile: 'dev' })
    now = 3_400_000
    // Good for three minutes yet, so that nobody waits.
    expect(credentials.get()).toEqual(given('one'))
    await waitFor(() => expect(credentials.get()).toEqual(given('two')))
  })

  it('that the chain does not find are the endpoint’s failure, and looked for again', async () => {
    const find = vi.fn().mockRejectedValueOnce(new Error('No SSO session.')).mockResolvedValue(given('late'))
    const credentials = credentialsOf(
      {},
      () => 0,
      {},
      async () => ({ defaultProvider: () => find }),
    )
    await expect(credentials.get()).rejects.toMatchObject({
      failure: { kind: 'provider_auth', message: 'No SSO session.', about: 'endpoint' },
    })
    await expect(credentials.get()).resolves.toEqual(given('late'))
  })

  it('that are nowhere, without the chain, say what is missing', async () => {
    await expect(
      credentialsOf(
        {},
        () => 0,
        {},
        async () => undefined,
      ).get(),
    ).rejects.toMatchObject({
      failure: { kind: 'provider_auth', message: expect.stringContaining('@aws-sdk/credential-provider-node') },
    })
  })

  it('that were refused are fetched anew', async () => {
    const fetch = vi.fn().mockResolvedValueOnce({ value: 1 }).mockResolvedValueOnce({ value: 2 })
    const renewed = new Renewed<number>(fetch, () => 0)
    expect([await renewed.get(), renewed.get()]).toEqual([1, 1])
    renewed.forget()
    expect(await renewed.get()).toBe(2)
  })
})
