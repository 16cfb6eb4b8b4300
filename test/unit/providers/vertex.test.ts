import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProviderAdapter } from 'commonroute/plugin'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fetchToken } from '../../../providers/vertex/credentials.ts'
import vertex from '../../../providers/vertex/index.ts'
import { adapterOf, callOf, checked, endpointOf } from './exchange.ts'

const GEMINI = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }
const MESSAGES = { model: 'claude-sonnet-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }

describe('addresses', () => {
  it.each([
    ['global', 'aiplatform.googleapis.com'],
    ['us', 'aiplatform.us.rep.googleapis.com'],
    ['europe-west4', 'europe-west4-aiplatform.googleapis.com'],
  ])('of %s', async (location, host) => {
    const adapter = await adapterOf(vertex, { project: 'p1', location, access_token: 't' })
    const { url, headers } = await adapter.prepare(
      callOf({ body: GEMINI, wire: 'gemini' }),
      endpointOf('gemini-2.5-pro'),
    )
    expect(url.href).toBe(
      `https://${host}/v1/projects/p1/locations/${location}/publishers/google/models/gemini-2.5-pro:generateContent`,
    )
    expect(headers.authorization).toBe('Bearer t')
  })

  it.each(['evil.example/', 'us-central1.evil.example#', 'US', ''])('refuses the location %j', (location) => {
    expect(checked(vertex, { project: 'p1', location, access_token: 't' }).valid).toBe(false)
  })

  it.each([
    [false, 'rawPredict'],
    [true, 'streamRawPredict'],
  ])('asks Claude in its own wire, stream: %s', async (stream, method) => {
    const adapter = await adapterOf(vertex, { project: 'p1', location: 'us-east5', access_token: 't' })
    expect(adapter.capabilities?.('claude-sonnet-4-5@20250929')).toEqual({ chatWires: ['anthropic-messages'] })
    expect(adapter.capabilities?.('gemini-3-pro')).toEqual({ chatWires: ['gemini'] })
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07' }
    const call = callOf({ body: { ...MESSAGES, ...(stream && { stream }) }, wire: 'anthropic-messages', headers })
    const request = await adapter.prepare(call, endpointOf('claude-sonnet-4-5@20250929'))
    expect(request.url.pathname).toBe(
      `/v1/projects/p1/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5%4020250929:${method}`,
    )
    expect(request.headers['anthropic-beta']).toBe('context-1m-2025-08-07')
    const { model: _, ...rest } = MESSAGES
    expect(JSON.parse(String(request.body))).toEqual({
      ...rest,
      ...(stream && { stream }),
      anthropic_version: 'vertex-2023-10-16',
    })
  })
})

describe('tokens, from a scripted token server', () => {
  let server: Server
  let tokenUrl: string
  let answer: () => Promise<{ status: number; body: object }>
  let asked = 0
  let given = 0

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      request.resume()
      asked++
      const { status, body } = await answer()
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
    directory = await mkdtemp(join(tmpdir(), 'vertex-'))
    await writeFile(join(directory, 'subject'), 'the token of the platform')
    await writeFile(join(directory, 'identity.json'), JSON.stringify(identity(join(directory, 'subject'))))
  })
  afterAll(async () => {
    await rm(directory, { recursive: true })
    await new Promise((done) => server.close(done))
  })
  beforeEach(() => {
    asked = 0
    given = 0
    answer = async () => ({ status: 200, body: { access_token: `token-${++given}`, expires_in: 3600 } })
  })

  const identity = (file: string) => ({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: tokenUrl,
    credential_source: { file },
  })
  let directory: string

  const call = callOf({ body: GEMINI, wire: 'gemini' })
  const credentials = () => JSON.stringify(identity(join(directory, 'subject')))
  const authorized = async (adapter: ProviderAdapter) =>
    (await adapter.prepare(call, endpointOf('gemini-3-pro'))).headers.authorization

  it('is fetched once for all that wait, and again after it was refused', async () => {
    const adapter = await adapterOf(vertex, { project: 'p1', credentials: credentials() })
    const sent = await Promise.all([authorized(adapter), authorized(adapter), authorized(adapter)])
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1'])
    expect(await authorized(adapter)).toBe('Bearer token-1')
    expect(asked).toBe(1)
    adapter.classify(401, {}, '{"error":{"code":401,"status":"UNAUTHENTICATED","message":"Expired."}}')
    expect(await authorized(adapter)).toBe('Bearer token-2')
  })

  it('is renewed before its end in the background, and waited for after it', async () => {
    let now = Date.now()
    const adapter = await adapterOf(vertex, { project: 'p1', credentials: credentials() }, () => now)
    expect(await authorized(adapter)).toBe('Bearer token-1')
    now += 3_400_000
    expect(await authorized(adapter)).toBe('Bearer token-1')
    await expect.poll(() => authorized(adapter)).toBe('Bearer token-2')
  })

  it.each([
    [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'provider_auth'],
    [401, { error: 'unauthorized_client', error_description: 'No.' }, 'provider_auth'],
  ])('a refusal with %i %j is %s', async (status, body, kind) => {
    answer = async () => ({ status, body })
    const adapter = await adapterOf(vertex, { project: 'p1', credentials: credentials() })
    await expect(authorized(adapter)).rejects.toMatchObject({ failure: { kind, about: 'endpoint' } })
    answer = async () => ({ status: 200, body: { access_token: 'later', expires_in: 3600 } })
    expect(await authorized(adapter)).toBe('Bearer later')
  })

  it.each(['private-key-0123', '"private-key-0123"'])(
    'shows nothing of credentials that are none: %s',
    async (secret) => {
      const adapter = await adapterOf(vertex, { project: 'p1', credentials: secret })
      await expect(authorized(adapter)).rejects.toMatchObject({
        failure: {
          kind: 'provider_auth',
          message:
            'there is no token for Vertex AI: credentials is no JSON object, as the file of a service account holds one',
        },
      })
    },
  )

  it('comes by a file of credentials too, below the folder of the configuration', async () => {
    const fetched = fetchToken({ credentials_file: 'identity.json' }, directory, Date.now)
    const first = await fetched()
    expect(first).toMatchObject({ value: 'token-1', expiresMs: expect.any(Number) })
    // The library's own cache is passed by.
    expect((await fetched()).value).toBe('token-2')
  })
})
