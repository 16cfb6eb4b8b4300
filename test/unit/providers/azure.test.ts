import { describe, expect, it, vi } from 'vitest'
import { tokensOf } from '../../../providers/azure/entra.ts'
import azure from '../../../providers/azure/index.ts'
import { adapterOf, callOf, checked, endpointOf, prepared } from './exchange.ts'

const body = { model: 'my-gpt', messages: [{ role: 'user', content: 'Hi' }] }
const options = { resource: 'my-resource', api_key: 'azure-key' }
const HOST = 'https://my-resource.openai.azure.com'

describe('azure', () => {
  it.each([
    [options, {}, `${HOST}/openai/v1/chat/completions`],
    [{ ...options, api_version: 'preview' }, {}, `${HOST}/openai/v1/chat/completions?api-version=preview`],
    [options, { wire: 'openai-responses' }, `${HOST}/openai/v1/responses`],
    [
      { base_url: 'https://x.services.ai.azure.com/openai/v1/', api_key: 'azure-key' },
      {},
      'https://x.services.ai.azure.com/openai/v1/chat/completions',
    ],
    [
      { ...options, api: 'deployments' },
      {},
      `${HOST}/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21`,
    ],
    [
      { ...options, api: 'deployments', api_version: '2025-04-01-preview' },
      { wire: 'openai-embeddings', operation: 'embedding' as const },
      `${HOST}/openai/deployments/my-gpt/embeddings?api-version=2025-04-01-preview`,
    ],
  ])('%j %j goes to %s', async (given, parts, address) => {
    const request = await prepared(await adapterOf(azure, given), callOf({ body, ...parts }), endpointOf('my-gpt'))
    expect(request.url.href).toBe(address)
    expect(request.headers).toMatchObject({ 'api-key': 'azure-key' })
    expect(request.headers).not.toHaveProperty('authorization')
    expect(String(request.body)).toBe(JSON.stringify(body))
  })

  it('asks Claude at Foundry in Messages', async () => {
    const adapter = await adapterOf(azure, options)
    expect(adapter.capabilities!('claude-sonnet-4-5').chatWires).toEqual(['anthropic-messages'])
    expect(adapter.capabilities!('my-gpt').chatWires).not.toContain('anthropic-messages')
    const call = callOf({ body: { ...body, max_tokens: 5 }, wire: 'anthropic-messages' })
    const { url, headers } = await prepared(adapter, call, endpointOf('claude-sonnet-4-5'))
    expect(url.href).toBe('https://my-resource.services.ai.azure.com/anthropic/v1/messages')
    expect(headers).toMatchObject({ 'x-api-key': 'azure-key', 'anthropic-version': '2023-06-01' })
  })

  it.each([
    [{ resource: 'evil.example/' }, false],
    [{ api_key: 'k' }, false],
    [{ resource: 'r' }, true],
  ])('%j is taken: %s', (given, valid) => {
    expect(checked(azure, given).valid).toBe(valid)
  })

  it.each([
    [
      400,
      {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        code: 'content_filter',
        param: 'prompt',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } },
      },
      'policy_refused',
    ],
    [
      404,
      { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
      'provider_not_found',
    ],
    [
      429,
      { code: '429', message: 'Requests have exceeded the token rate limit. Retry after 26 seconds.' },
      'provider_rate_limited',
    ],
    [
      401,
      { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' },
      'provider_auth',
    ],
  ])('%i %j is %s', async (status, error, kind) => {
    expect((await adapterOf(azure, options)).classify(status, {}, JSON.stringify({ error }))).toMatchObject({ kind })
  })

  it('without a key and the package says what is missing, as a failure of the endpoint', async () => {
    const tokens = tokensOf(
      { scope: 's/.default' },
      () => 0,
      async () => undefined,
    )
    await expect(tokens.get()).rejects.toMatchObject({
      failure: { kind: 'provider_auth', message: expect.stringContaining('npm install @azure/identity') },
    })
  })

  it('asks Entra ID once for all, and anew when a token was refused', async () => {
    const getToken = vi
      .fn()
      .mockResolvedValueOnce({ token: 'one', expiresOnTimestamp: 3_600_000 })
      .mockResolvedValueOnce({ token: 'two', expiresOnTimestamp: 7_200_000 })
    const made = vi.fn()
    class DefaultAzureCredential {
      readonly getToken = getToken
      constructor(given: object) {
        made(given)
      }
    }
    const tokens = tokensOf(
      { scope: 's/.default', client_id: 'id' },
      () => 0,
      async () => ({ DefaultAzureCredential }),
    )
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['one', 'one'])
    tokens.forget()
    expect(await tokens.get()).toBe('two')
    expect(made.mock.calls).toEqual([[{ managedIdentityClientId: 'id' }]])
    expect(getToken.mock.calls).toEqual([['s/.default'], ['s/.default']])
  })
})
