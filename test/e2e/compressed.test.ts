/** Upstreams that compress although they are asked not to, and those that say they do and do not. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, startUpstream, type Upstream } from '../helpers/upstream.ts'

const STREAM =
  'data: {"choices":[{"index":0,"delta":{"content":"Hello."}}]}\n\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
const WHOLE = '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}]}'

const answers =
  (
    encoding: string,
    pack: (bytes: Buffer) => Buffer,
    { status = 200, stream = STREAM, whole = WHOLE } = {},
  ): Behaviour =>
  ({ request, response }) =>
    response
      .writeHead(status, {
        'content-type': request.stream ? 'text/event-stream' : 'application/json',
        'content-encoding': encoding,
      })
      .end(pack(Buffer.from(request.stream ? stream : whole)))

const plain = (bytes: Buffer) => bytes
const CODINGS: readonly [encoding: string, pack: (bytes: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['GZip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['gzip, br', (bytes) => brotliCompressSync(gzipSync(bytes))],
  ['utf-8', plain],
  ['none', plain],
  ['IDENTITY', plain],
  ['', plain],
  ['gzip', plain],
  ['zstd', plain],
]

const BAD: readonly [how: string, behaviour: Behaviour][] = [
  ['in a way that nobody knows', answers('compress', plain)],
  ['not as they say', answers('br', plain)],
  ['and break off', answers('gzip', (bytes) => gzipSync(bytes).subarray(0, 30))],
  [
    'more than there is room for',
    answers('gzip', gzipSync, { stream: ` ${':'.repeat(80e6)}`, whole: `{"a":"${'a'.repeat(140e6)}"}` }),
  ],
]

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Plain.' })
  const provider = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream-secret' })
  const providers = { one: provider('openai'), two: provider('anthropic'), three: provider('openai-compatible') }
  // Each has an endpoint of its own, so that no breaker of one case touches another.
  const names = BAD.flatMap((_, index) => [`bad-${index}-true`, `bad-${index}-false`])
  const models = Object.fromEntries(names.map((name) => [name, { endpoints: [`one/${name}`, 'two/plain'] }]))
  router = await startRouter({ config: { providers, models, routing: { strategy: 'priority' } } })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

describe.each([true, false])('stream: %s', (stream) => {
  it('they are asked not to', async () => {
    await ask(router.url, 'openai', 'three/plain', stream)
    expect(upstream.requests.at(-1)?.headers['accept-encoding']).toBe('identity')
  })

  it.each(CODINGS)('content-encoding: "%s"', async (encoding, pack) => {
    upstream.script('coded', answers(encoding, pack))
    const answer = await ask(router.url, 'openai', 'three/coded', stream)
    expect(dialects.openai.text(answer), answer.text).toBe('Hello.')
    expect(answer.headers).not.toHaveProperty('content-encoding')
  })

  it.each(BAD.map(([name, behaviour], index) => [name, behaviour, `bad-${index}-${stream}`] as const))(
    'those that do %s are passed over',
    async (_, behaviour, model) => {
      upstream.script(model, behaviour)
      const answer = await ask(router.url, 'openai', model, stream)
      expect(dialects.openai.text(answer), answer.text).toBe('Plain.')
      const [first] = await attemptsOf(router.url, answer.headers['x-generation-id'])
      expect(['provider_malformed', 'provider_truncated', 'provider_empty']).toContain(first?.kind)
    },
  )

  it('errors keep their words', async () => {
    const error = '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}'
    upstream.script('limited', answers('gzip', gzipSync, { status: 429, stream: error, whole: error }))
    const answer = await ask(router.url, 'openai', 'one/limited', stream)
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('slow down')
  })
})
