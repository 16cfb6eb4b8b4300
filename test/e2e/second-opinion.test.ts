/** What one maker refuses as invalid is tried at one of another before the client is told. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, type DialectName, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, startUpstream, type Upstream } from '../helpers/upstream.ts'

const GOOD = 'Hello from another maker.'

let upstream: Upstream
let router: Router

const refusing =
  (status: number, message: string): Behaviour =>
  ({ response }) => {
    const error = { message, type: 'invalid_request_error' }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ type: 'error', error }))
  }

beforeAll(async () => {
  upstream = await startUpstream({ text: GOOD })
  upstream.script('strict', refusing(400, 'messages: text content blocks must contain non-whitespace text'))
  upstream.script('stricter', refusing(422, 'Extra inputs are not permitted'))
  upstream.script('down', ({ response }) => response.writeHead(503).end())
  upstream.script('small', refusing(400, "This model's maximum context length is 10 tokens."))
  const provider = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream-secret' })
  router = await startRouter({
    config: {
      providers: {
        claude: provider('anthropic'),
        one: provider('openai-compatible'),
        two: provider('openai-compatible'),
        three: provider('openai-compatible'),
      },
      models: {
        'taken-there': { endpoints: ['claude/strict', 'one/good'] },
        'other-wire-first': { endpoints: ['one/strict', 'two/stricter', 'claude/good'] },
        'same-maker': { endpoints: ['one/strict', 'one/good'] },
        'both-refuse': { endpoints: ['claude/strict', 'one/stricter', 'two/good'] },
        'other-is-down': { endpoints: ['claude/strict', 'one/down', 'two/good'] },
        'next-model': { endpoints: ['claude/strict'], fallbacks: ['taken-there'] },
        'too-long': { endpoints: ['one/small', 'two/good'] },
      },
      routing: { strategy: 'priority', retries: { attempts: 4 } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const CASES = (['openai', 'anthropic'] as const).flatMap((client) =>
  [true, false].flatMap((stream) =>
    (
      [
        ['taken-there', ['claude/strict', 'one/good'], 200, GOOD],
        ['other-wire-first', ['one/strict', 'claude/good'], 200, GOOD],
        ['next-model', ['claude/strict'], 400, 'non-whitespace'],
        ['same-maker', ['one/strict'], 400, 'non-whitespace'],
        ['both-refuse', ['claude/strict', 'one/stricter'], 400, 'non-whitespace'],
        ['too-long', ['one/small'], 400, 'maximum context length'],
      ] as const
    ).map(([model, asked, status, text]) => ({ client, stream, model, asked, status, text })),
  ),
)

it.each(CASES)('$model, $client client, stream: $stream', async ({ client, stream, model, asked, status, text }) => {
  const answer = await ask(router.url, client as DialectName, model, stream)
  expect(answer.status, answer.text).toBe(status)
  const said = status === 200 ? dialects[client].text(answer) : String(dialects[client].error(answer)?.message)
  expect(said).toContain(text)
  expect(answer.headers['x-router-attempts']).toBe(String(asked.length))
  const attempts = await attemptsOf(router.url, answer.headers['x-generation-id'])
  expect(attempts.map(({ endpoint }) => endpoint)).toEqual(asked)
})

it('when the other maker cannot answer, the refusal stands, and nobody else is asked', async () => {
  const answer = await ask(router.url, 'openai', 'other-is-down', true)
  expect(answer.status).toBe(400)
  expect(dialects.openai.error(answer)?.message).toContain('non-whitespace')
  expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
    { endpoint: 'claude/strict', kind: 'caller_invalid' },
    { endpoint: 'one/down', kind: expect.stringMatching(/^provider_/) },
  ])
})
