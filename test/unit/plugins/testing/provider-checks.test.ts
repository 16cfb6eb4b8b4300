import { describe, expect, test, vi } from 'vitest'
import type { Failure, OutcomeKind, ProviderAdapter, ProviderCall } from '../../../../src/plugins/api.ts'
import { pluginChecks, providerChecks, sampleOptions } from '../../../../src/plugins/testing.ts'

const SECRET = 'sk-very-secret'

const KINDS: Readonly<Record<number, OutcomeKind>> = {
  401: 'provider_auth',
  402: 'provider_billing',
  404: 'provider_not_found',
  413: 'caller_too_long',
  429: 'provider_rate_limited',
  529: 'provider_overloaded',
}

function classify(status: number, headers: Readonly<Record<string, string>>, body: string): Failure {
  const said = headers['retry-after'] ?? ''
  const seconds = /^\d/.test(said) ? Number.parseFloat(said) : (Date.parse(said) - Date.now()) / 1000
  const kind = KINDS[status] ?? (status >= 500 || status < 400 ? 'provider_error' : 'caller_invalid')
  return { kind, message: body.slice(0, 200), ...(seconds >= 0 && seconds < 1e9 && { retryAfterMs: 1000 * seconds }) }
}

const sound: ProviderAdapter = {
  wires: { chat: ['openai-chat', 'house-wire'], embedding: ['openai-embeddings'] },
  prepare: ({ stream, body }) => ({
    method: 'POST',
    url: new URL('https://api.example/v1/chat'),
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
    body,
    framing: stream ? 'sse' : 'none',
  }),
  classify,
  capabilities: () => ({ parameters: ['max_tokens'], contextLength: 8000 }),
  price: () => ({ prompt: 1, completion: 2 }),
  models: () => ({ method: 'GET', url: new URL('https://api.example/v1/models'), headers: {}, framing: 'none' }),
  async answer(_request, signal) {
    async function* body() {
      signal.throwIfAborted()
      yield Buffer.from('data: {}\n\n')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    return { status: 200, headers: {}, body: body() }
  },
  close: async () => {},
}

const MEDIA: ProviderAdapter['wires'] = {
  image: ['openai-images'],
  image_edit: ['openai-image-edits'],
  speech: ['openai-speech'],
  transcription: ['openai-transcriptions'],
  rerank: ['jina-rerank'],
  moderation: ['openai-moderations'],
}
/** A sound one for media; `change` spoils its requests. */
const media = (change: (call: ProviderCall) => object = () => ({})): Partial<ProviderAdapter> => ({
  wires: MEDIA,
  prepare: (call) => ({
    method: 'POST',
    url: new URL('https://api.example/v1/media'),
    headers: { 'content-type': call.contentType },
    ...(call.pieces ? { pieces: call.pieces } : { body: call.body }),
    framing: call.operation === 'speech' ? 'binary' : call.stream ? 'sse' : 'none',
    ...change(call),
  }),
})

/** Names of the checks that an adapter fails. */
async function failures(changes: Partial<ProviderAdapter>): Promise<string[]> {
  const names: string[] = []
  for (const check of providerChecks(() => ({ ...sound, ...changes }), { secrets: [SECRET] })) {
    await check.run().catch(() => names.push(check.name))
  }
  return names
}

const preparing = (change: (call: ProviderCall) => object): Partial<ProviderAdapter> => ({
  prepare: (call, endpoint) => ({ ...(sound.prepare(call, endpoint) as object), ...change(call) }) as never,
})

const failingWith = (
  change: (status: number, headers: Readonly<Record<string, string>>, body: string) => object,
): Partial<ProviderAdapter> => ({
  classify: (status, headers, body) => ({ ...classify(status, headers, body), ...change(status, headers, body) }),
})

const URL_CHECK = 'prepare() gives an absolute http(s) URL without credentials or secrets'
const HEADER_CHECK = 'prepare() gives headers that can be sent'
const BODY_CHECK = 'prepare() keeps what it does not know, byte for byte'
const FRAMING_CHECK = 'streams are framed as prepare() says'
const FRAMING_NAME_CHECK = 'prepare() names a framing that fits the call'
const CLASSIFY_CHECK = 'classify() bears any status, headers and body'

describe('providerChecks', () => {
  test('a sound adapter for media passes, forms and bytes among its requests', async () => {
    expect(await failures(media())).toEqual([])
  })

  test('a sound adapter passes, with and without its optional members', async () => {
    expect(await failures({})).toEqual([])
    const { wires, prepare } = sound
    const bare = providerChecks(() => ({ wires, prepare, classify }))
    for (const check of bare) await check.run()
  })

  test('a recorded stream has to be framed as prepare() says', async () => {
    const { wires, prepare } = sound
    const outcome = async (stream: string) => {
      const checks = providerChecks(() => ({ wires, prepare, classify }), { streams: { 'openai-chat': stream } })
      return checks.find(({ name }) => name === FRAMING_CHECK)!.run()
    }
    await outcome('data: {}\n\n')
    await expect(outcome('{"done":false}\n')).rejects.toThrow('framing is sse')
  })

  test.each<[string, Partial<ProviderAdapter>, string]>([
    ['speaks nothing', { wires: {} }, 'speaks at least one wire, in operations that exist'],
    [
      'invents operations',
      { wires: { telepathy: ['openai-chat'] } as never },
      'speaks at least one wire, in operations that exist',
    ],
    ['has the key in the URL', preparing(() => ({ url: new URL(`https://api.example/?key=${SECRET}`) })), URL_CHECK],
    ['has credentials in the URL', preparing(() => ({ url: new URL('https://user:word@api.example/') })), URL_CHECK],
    ['speaks another protocol', preparing(() => ({ url: new URL('ftp://api.example/') })), URL_CHECK],
    ['gives a text for a URL', preparing(() => ({ url: 'https://api.example/' })), URL_CHECK],
    ['breaks a header', preparing(() => ({ headers: { 'x-a': 'one\r\nx-b: two' } })), HEADER_CHECK],
    ['names a header badly', preparing(() => ({ headers: { 'x a': 'one' } })), HEADER_CHECK],
    ['gives a number as header', preparing(() => ({ headers: { 'x-a': 1 } })), HEADER_CHECK],
    ['counts wrongly', preparing(() => ({ headers: { 'content-length': '1' } })), HEADER_CHECK],
    ['manages the connection', preparing(() => ({ headers: { Connection: 'close' } })), HEADER_CHECK],
    ['streams without framing', preparing(() => ({ framing: 'none' })), FRAMING_NAME_CHECK],
    ['sends another framing', preparing(({ stream }) => ({ framing: stream ? 'ndjson' : 'none' })), FRAMING_CHECK],
    ['writes the body again', preparing((call) => ({ body: JSON.stringify(call.json()) })), BODY_CHECK],
    ['drops what it does not know', preparing(() => ({ body: '{"model":"m"}' })), BODY_CHECK],
    [
      'sends a form as JSON',
      media(() => ({ headers: { 'content-type': 'application/json' } })),
      'prepare() sends a form with its own type',
    ],
    ['drops a part of a form', media((call) => (call.pieces ? { pieces: [...call.pieces].slice(1) } : {})), BODY_CHECK],
    ['streams pictures without framing', media(() => ({ framing: 'none' })), FRAMING_NAME_CHECK],
    ['uses GET', preparing(() => ({ method: 'GET' })), BODY_CHECK],
    [
      'scribbles in the call',
      preparing((call) => ({ body: call.body.fill(32, 0, 1) })),
      'prepare() leaves the call as it was and gives the same again',
    ],
    ['throws at garbage', failingWith((_status, _headers, body) => JSON.parse(body)), CLASSIFY_CHECK],
    ['calls a failure ok', failingWith((status) => (status === 200 ? { kind: 'ok' } : {})), CLASSIFY_CHECK],
    ['invents a kind', failingWith(() => ({ kind: 'provider_on_fire' })), CLASSIFY_CHECK],
    [
      'waits for a negative time',
      failingWith((_status, headers) => ({ retryAfterMs: Number(headers['retry-after'] ?? 0) })),
      CLASSIFY_CHECK,
    ],
    [
      'blames the caller for a 500',
      failingWith((status) => (status === 500 ? { kind: 'caller_invalid' } : {})),
      'classify() knows what 500 means',
    ],
    [
      'takes a 401 for a fault',
      failingWith((status) => (status === 401 ? { kind: 'provider_error' } : {})),
      'classify() knows what 401 means',
    ],
    [
      'swallows the reason',
      failingWith(() => ({ message: 'It failed.' })),
      'classify() hands on the upstream’s own reason',
    ],
    [
      'ignores retry-after',
      failingWith(() => ({ retryAfterMs: undefined })),
      'classify() reads retry-after in seconds',
    ],
    [
      'has a negative price',
      { price: () => ({ prompt: -1, completion: 1 }) },
      'capabilities and prices are sane, for any name of a model',
    ],
    [
      'has no room for tokens',
      { capabilities: () => ({ contextLength: 0 }) },
      'capabilities and prices are sane, for any name of a model',
    ],
    [
      'keeps nothing and trains on it',
      { dataPolicy: () => ({ zdr: true, dataCollection: 'allow' }) },
      'dataPolicy() is sound, for any name of a model and any region',
    ],
    [
      'looks quirks up in a plain object',
      { quirks: (_: string, model: string) => ({ m: {} })[model as 'm'] ?? ({} as never)[model] },
      'quirks() bears any wire and any name of a model',
    ],
    [
      'sends no model',
      preparing(({ stream }) => ({ body: Buffer.from(stream ? '{"stream":true}' : '{}') })),
      'prepare() names the model, in its address or its body',
    ],
    [
      'knows no dates',
      failingWith((_, headers) => (/[a-z]/i.test(headers['retry-after'] ?? '') ? { retryAfterMs: undefined } : {})),
      'classify() reads retry-after as a date',
    ],
    [
      'blames the caller for an error under 200',
      failingWith((status) => (status === 200 ? { kind: 'caller_invalid' } : {})),
      'classify() knows an error under status 200',
    ],
    [
      'lists models with the key in the URL',
      {
        models: () => ({ method: 'GET', url: new URL(`https://api.example/${SECRET}`), headers: {}, framing: 'none' }),
      },
      'models() describes a GET without secrets in its URL, for any page',
    ],
    [
      'reads a list of models without looking',
      { modelsIn: (answer: unknown) => ({ models: (answer as { data: { id: string }[] }).data.map(({ id }) => id) }) },
      'modelsIn() bears any answer',
    ],
    [
      'answers after an abort',
      { answer: async () => ({ status: 200, headers: {}, body: new Blob(['done']).stream() as never }) },
      'answer() gives nothing to a call that was aborted before',
    ],
    [
      'cannot be closed twice',
      (() => {
        let closed = 0
        return { close: async () => expect(++closed % 3).not.toBe(2) }
      })(),
      'close() may be called twice',
    ],
  ])('one that %s fails', async (_, changes, check) => {
    expect(await failures(changes)).toContain(check)
  })

  test('one that goes on after an abort is not waited for', async () => {
    const [check] = providerChecks(() => ({ ...sound, answer: () => new Promise(() => {}) })).filter(({ name }) =>
      name.includes('stops'),
    )
    vi.useFakeTimers()
    try {
      const outcome = expect(check?.run()).rejects.toThrow('it went on')
      await vi.advanceTimersByTimeAsync(5000)
      await outcome
    } finally {
      vi.useRealTimers()
    }
  })
})

test('sampleOptions gives what a schema requires, and nothing else', () => {
  const properties = {
    api_key: { type: 'string' },
    base_url: { type: 'string' },
    size: { type: 'integer', minimum: 4 },
    on: { type: 'boolean' },
    list: { type: 'array' },
    mode: { enum: ['a', 'b'] },
    shown: { examples: ['x'] },
    fixed: { default: 7 },
    inner: { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
  }
  const required = Object.keys(properties)
  expect(sampleOptions({ properties: { ...properties, other: {} }, required })).toEqual({
    api_key: 'sample-api_key-0123456789',
    base_url: 'http://127.0.0.1:9/v1',
    size: 4,
    on: true,
    list: [],
    mode: 'a',
    shown: 'x',
    fixed: 7,
    inner: { a: 1 },
  })
})

test('pluginChecks fails when the options do not fit the schema', async () => {
  const plugin = {
    apiVersion: 1,
    kind: 'observer',
    name: 'x',
    schema: { required: ['url'] },
    create: () => ({}),
  } as const
  const [definition, ...more] = pluginChecks(plugin, { options: {} })
  expect(more).toEqual([])
  await expect(definition?.run()).rejects.toMatchObject({ code: 'ROUTER_PLUGIN_OPTIONS' })
})
