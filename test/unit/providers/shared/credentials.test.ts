import { expect, onTestFinished, test, vi } from 'vitest'
import { credentialFailure, renewedCredentials } from '../../../../providers/shared/credentials.ts'

const failing = (message: string, more: object) => Object.assign(new Error(message), more)

test.each([
  ['Google’s server is down', failing('Unavailable', { response: { status: 503, data: {} } }), 'provider_error'],
  ['Google’s is busy', { response: { status: 429, data: { error: 'rate_limited' } } }, 'provider_error'],
  ['Google’s refuses', { response: { status: 400, data: { error: 'invalid_grant' } } }, 'provider_auth'],
  ['Amazon’s is down', failing('Internal', { $metadata: { httpStatusCode: 500 } }), 'provider_error'],
  ['Amazon’s refuses', failing('Denied', { $metadata: { httpStatusCode: 403 } }), 'provider_auth'],
  ['Microsoft’s is down', failing('server_error', { statusCode: 503 }), 'provider_error'],
  ['none answers', new Error('connect ECONNREFUSED 127.0.0.1:1'), 'provider_network'],
  ['one of many ways has no server', failing('tried: network unreachable', { errors: [{}] }), 'provider_auth'],
  ['there is nothing to ask with', new Error('No SSO session.'), 'provider_auth'],
])('%s', (_, error, kind) => {
  const failure = credentialFailure(error)
  expect(failure.kind).toBe(kind)
  // Only what a person has to mend takes the endpoint out.
  expect(failure.about).toBe(kind === 'provider_auth' ? 'endpoint' : undefined)
})

test('says what they are for', async () => {
  const find = async () => {
    throw new Error('no reason')
  }
  await expect(renewedCredentials(find, Date.now, 'no token: ').get()).rejects.toMatchObject({
    failure: { kind: 'provider_auth', message: 'no token: no reason' },
  })
})

test('are not waited for without end', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const got = Promise.resolve(renewedCredentials(() => new Promise<never>(() => {}), Date.now).get())
  const failure = { kind: 'provider_timeout_connect', message: 'no credentials came within 30 s' }
  const refused = expect(got).rejects.toMatchObject({ failure })
  await vi.advanceTimersByTimeAsync(30_000)
  await refused
})
