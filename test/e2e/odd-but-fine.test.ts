/** Upstreams that are strange and not wrong: their first answer is the one the client gets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const GOOD = 'Hello from the upstream.'
const ODD: readonly [name: string, behaviour: Behaviour, text: string][] = [
  ['white-space', faults.whitespaceFirst(50), GOOD],
  ['bytewise', reply({ bytewise: true }), GOOD],
  ['one-chunk', reply({ chunks: 1 }), GOOD],
  ['reasoning-first', reply({ reasoning: 'Let me think.', text: GOOD }), GOOD],
  [
    'unicode',
    reply({ bytewise: true, text: 'Grüße, 世界 👩‍👩‍👧 "quoted" \\ \u0001\n' }),
    'Grüße, 世界 👩‍👩‍👧 "quoted" \\ \u0001\n',
  ],
  [
    'markers-in-text',
    reply({ text: 'data: [DONE]\n\n{"error":{"message":"no"}} event: error', chunks: 3 }),
    'data: [DONE]\n\n{"error":{"message":"no"}} event: error',
  ],
  ['cut-short', reply({ text: 'Only so', finishReason: 'length' }), 'Only so'],
  ['long', reply({ text: 'word '.repeat(100_000), chunks: 200 }), 'word '.repeat(100_000)],
]

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  for (const [name, behaviour] of ODD) upstream.script(name, behaviour)
  const provider = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream-secret' })
  router = await startRouter({
    config: { providers: { openai: provider('openai-compatible'), anthropic: provider('anthropic') } },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

describe.each(['openai', 'openrouter', 'anthropic'] as const)('%s client', (client) => {
  describe.each(['openai', 'anthropic'])('%s upstream', (wire) => {
    it.each(ODD.flatMap(([name, , text]) => [true, false].map((stream) => ({ name, text, stream }))))(
      '$name, stream: $stream',
      async ({ name, text, stream }) => {
        const answer = await ask(router.url, client, `${wire}/${name}`, stream)
        expect(dialects[client].text(answer)).toBe(text)
        expect(dialects[client].error(answer)).toBeUndefined()
        if (stream) expect(dialects[client].complete(answer)).toBe(true)
        const attempts = await attemptsOf(router.url, answer.headers['x-generation-id'])
        expect(attempts).toEqual([{ endpoint: `${wire}/${name}`, kind: 'ok' }])
      },
    )
  })
})

it('an upstream that keeps the connection open behind the end marker keeps nobody waiting', async () => {
  upstream.script('never-closes', async (exchange) => {
    exchange.response.writeHead(200, { 'content-type': 'text/event-stream' })
    exchange.response.write(
      'data: {"choices":[{"index":0,"delta":{"content":"Done."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    )
  })
  const answer = await ask(router.url, 'openai', 'openai/never-closes', true)
  expect(dialects.openai.text(answer)).toBe('Done.')
  expect(await upstream.requestsFor('never-closes')[0]?.ended).toBe('aborted')
  const attempts = await attemptsOf(router.url, answer.headers['x-generation-id'])
  expect(attempts).toEqual([{ endpoint: 'openai/never-closes', kind: 'ok' }])
})
