/** Azure and Vertex over real sockets: addresses, keys, and tokens from a scripted server. */
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AnyUpstream, type Asked, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { attemptsOf, generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const CHAT = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}
const GEMINI = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
}
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 2 },
}
const HELPER = new URL('../helpers/scripted-identity.mjs', import.meta.url).href

type Answer = (asked: Asked, response: ServerResponse) => void

let upstream: AnyUpstream
let router: Router
let directory: string
let answer: Answer
let tokens: Answer
let given = 0
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })

const usualTokens: Answer = (_, response) =>
  json(response, { access_token: `ya29.run-time-token-${++given}`, expires_in: 3600, token_type: 'Bearer' })
const usualAnswer: Answer = ({ url }, response) =>
  json(response, url.includes(':generateContent') ? GEMINI : /rawPredict|messages/.test(url) ? MESSAGE : CHAT)

beforeAll(async () => {
  upstream = await startAnyUpstream((asked, response) =>
    /\/token$/.test(asked.url) ? tokens(asked, response) : answer(asked, response),
  )
  const { origin } = upstream
  directory = await mkdtemp(join(tmpdir(), 'clouds-'))
  const subject = join(directory, 'subject')
  await writeFile(subject, 'the token of the platform')
  const identity = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${origin}/sts/token`,
    credential_source: { file: subject },
  }
  const account = {
    type: 'service_account',
    client_email: 'router@p1.iam.gserviceaccount.com',
    private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'key-1',
    token_uri: `${origin}/oauth/token`,
  }
  const vertex = { plugin: 'vertex', project: 'p1', base_url: `${origin}/v1`, passthrough: true }
  const azure = { plugin: 'azure', base_url: origin }
  // An account of its own for each, since tokens are kept by account.
  const named = ['fresh', 'refused', 'away', 'revoked', 'slow', 'echo', 'mute', 'claude']
  router = await startRouter({
    env: {
      NODE_OPTIONS: `--import ${HELPER}`,
      AZURE_AUTHORITY_HOST: origin,
      AZURE_TENANT_ID: 'tenant-1',
      AZURE_CLIENT_ID: 'client-1',
      AZURE_CLIENT_SECRET: 'secret-of-the-client',
    },
    config: {
      providers: {
        key: { ...azure, api_key: 'azure-key-0123456789' },
        dated: { ...azure, api_key: 'azure-key-0123456789', api: 'deployments' },
        entra: azure,
        entra_refused: azure,
        account: { ...vertex, credentials: JSON.stringify(account) },
        spare: { ...azure, api_key: 'spare-key-0123456789' },
        ...Object.fromEntries(named.map((name) => [`v-${name}`, { ...vertex, credentials: JSON.stringify(identity) }])),
      },
      models: {
        ...Object.fromEntries(
          ['refused', 'away'].map((name) => [
            `failover-${name}`,
            { endpoints: [`v-${name}/gemini-2.5-pro`, 'spare/gpt'], strategy: 'priority' },
          ]),
        ),
        patient: {
          endpoints: [{ provider: 'v-slow', model: 'gemini-2.5-pro', timeouts: { connect: '300ms' } }, 'spare/gpt'],
          strategy: 'priority',
        },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await rm(directory, { recursive: true, force: true })
})
beforeEach(() => {
  answer = usualAnswer
  tokens = usualTokens
})
afterEach(() => void (upstream.asked as Asked[]).splice(0))

const ask = (model: string) =>
  send(`${router.url}/v1/chat/completions`, { body: { model, messages: [{ role: 'user', content: 'Hi' }] } })
const asked = () => upstream.asked.filter(({ url }) => !url.endsWith('/token'))
const tokensAsked = () => upstream.asked.filter(({ url }) => url.endsWith('/token'))

describe('Azure', () => {
  it.each([
    ['key/my-gpt', '/openai/v1/chat/completions'],
    ['dated/my-gpt', '/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21'],
  ])('asks %s at %s with the key of the resource', async (model, path) => {
    const { status, json: body } = await ask(model)
    expect([status, body!.choices]).toMatchObject([200, [{ message: { content: 'Hello.' } }]])
    expect(asked().map(({ url, headers }) => [url, headers['api-key']])).toEqual([[path, 'azure-key-0123456789']])
  })

  it('asks Claude in Messages', async () => {
    const { status } = await ask('key/claude-sonnet-4-5')
    expect([status, asked()[0]!.url, asked()[0]!.headers['x-api-key']]).toEqual([
      200,
      '/anthropic/v1/messages',
      'azure-key-0123456789',
    ])
  })

  it('takes a token of Entra ID where there is no key, once for many requests', async () => {
    expect((await ask('entra/my-gpt')).status).toBe(200)
    expect((await ask('entra/my-gpt')).status).toBe(200)
    const [{ body }] = tokensAsked() as [Asked]
    expect(tokensAsked()).toHaveLength(1)
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toMatchObject({
      client_id: 'client-1',
      scope: 'https://cognitiveservices.azure.com/.default',
    })
    const sent = asked().map(({ headers }) => headers.authorization)
    expect(sent).toEqual([`Bearer ya29.run-time-token-${given}`, `Bearer ya29.run-time-token-${given}`])
    expect(asked()[0]!.headers).not.toHaveProperty('api-key')
  })

  it('fetches another token after one was refused', async () => {
    answer = (_, response) => json(response, { error: { code: '401', message: 'Access denied: token expired.' } }, 401)
    await ask('entra/my-gpt')
    answer = usualAnswer
    expect((await ask('entra/my-gpt')).status).toBe(200)
    expect(asked().at(-1)!.headers.authorization).toBe(`Bearer ya29.run-time-token-${given}`)
    expect(tokensAsked()).toHaveLength(1)
  })

  it('says why Entra ID gives none', async () => {
    tokens = (_, response) =>
      json(response, { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' }, 401)
    const { status, text } = await ask('entra_refused/my-gpt')
    expect([status, text]).toEqual([502, expect.stringContaining('AADSTS7000215')])
    expect(text).not.toContain('secret-of-the-client')
    expect(asked()).toEqual([])
  })
})

describe('Vertex', () => {
  it.each([
    [
      'v-fresh/gemini-2.5-pro',
      '/v1/projects/p1/locations/global/publishers/google/models/gemini-2.5-pro:generateContent',
    ],
    [
      'v-claude/claude-sonnet-4-5',
      '/v1/projects/p1/locations/global/publishers/anthropic/models/claude-sonnet-4-5:rawPredict',
    ],
  ])('asks %s with a token', async (model, path) => {
    expect((await ask(model)).status).toBe(200)
    expect(asked().map(({ url, headers }) => [url, headers.authorization])).toEqual([
      [path, `Bearer ya29.run-time-token-${given}`],
    ])
  })

  it.each([
    [
      'refused',
      400,
      { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
      'provider_auth',
    ],
    ['away', 503, { error: 'unavailable' }, 'provider_error'],
  ])('goes on to another endpoint when the token server has %s it: %i', async (name, status, body, kind) => {
    tokens = (_, response) => json(response, body, status)
    const { status: ours, headers } = await ask(`failover-${name}`)
    expect([ours, headers['x-router-endpoint']]).toEqual([200, 'spare/gpt'])
    const [attempt] = await attemptsOf(router.url, headers['x-generation-id'] as string)
    expect(attempt).toMatchObject({ endpoint: `v-${name}/gemini-2.5-pro`, kind })
  })

  it('signs for the key of a service account, at the token server that it names', async () => {
    expect((await ask('account/gemini-2.5-pro')).status).toBe(200)
    const [{ url, body }] = tokensAsked() as [Asked]
    const form = new URLSearchParams(body.toString())
    expect([url, form.get('grant_type')]).toEqual(['/oauth/token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'])
    const [head, claims, signature] = form.get('assertion')!.split('.') as [string, string, string]
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'router@p1.iam.gserviceaccount.com',
      aud: `${upstream.origin}/oauth/token`,
    })
    const signed = createVerify('RSA-SHA256').update(`${head}.${claims}`)
    expect(signed.verify(pair.publicKey, signature, 'base64url')).toBe(true)
  })

  it('does not wait for a slow token server longer than for a connection', async () => {
    tokens = () => {}
    const { status, headers } = await ask('patient')
    expect([status, headers['x-router-endpoint']]).toEqual([200, 'spare/gpt'])
  })

  it('fetches another token after one was revoked before its end', async () => {
    answer = (_, response) =>
      json(response, { error: { code: 401, status: 'UNAUTHENTICATED', message: 'Invalid credentials.' } }, 401)
    await ask('v-revoked/gemini-2.5-pro')
    answer = usualAnswer
    expect((await ask('v-revoked/gemini-2.5-pro')).status).toBe(200)
    expect(new Set(asked().map(({ headers }) => headers.authorization)).size).toBe(2)
  })

  it('masks a token that an error repeats, as it does keys', async () => {
    answer = ({ headers }, response) =>
      json(
        response,
        { error: { code: 400, status: 'INVALID_ARGUMENT', message: `got ${headers.authorization}` } },
        400,
        {
          'x-request-id': String(headers.authorization).slice('Bearer '.length),
        },
      )
    const { text, headers } = await ask('v-echo/gemini-2.5-pro')
    const report = await generation(router.url, headers['x-generation-id'] as string)
    const token = `run-time-token-${given}`
    expect(asked()[0]!.headers.authorization).toContain(token)
    for (const shown of [text, JSON.stringify(report), router.logs()]) expect(shown).not.toContain(token)
  })

  it('masks it in what is passed through', async () => {
    answer = ({ headers }, response) => json(response, { headers })
    const { status, text } = await send(`${router.url}/providers/v-mute/projects/p1/anything`, {})
    expect([status, text]).toEqual([200, expect.stringContaining('Bearer ***')])
    expect(text).not.toContain('run-time-token')
  })
})
