/** Bedrock's regions and profiles as endpoints of one model, over real sockets and in frames. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventFrame, exceptionFrame } from '../helpers/aws-frames.ts'
import { ask, dialects } from '../helpers/dialects.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Behaviour } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const BASE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const START = eventFrame('messageStart', { role: 'assistant', p: 'ab' })
const text = (piece: string) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: piece } })
const END = [
  eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
  eventFrame('messageStop', { stopReason: 'end_turn' }),
  eventFrame('metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }),
]

const frames =
  (...list: Buffer[]): Behaviour =>
  ({ response }) =>
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(Buffer.concat(list))
const throttled: Behaviour = ({ response }) =>
  response
    .writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' })
    .end('{"message":"Too many requests, please wait before trying again."}')

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      providers: {
        bedrock: {
          region: 'us-east-1',
          access_key_id: 'AKIDEXAMPLE',
          secret_access_key: 'secret-of-a-user',
          base_url: `${upstream.url}/{region}`,
        },
      },
      models: {
        claude: {
          strategy: 'priority',
          endpoints: [
            { provider: 'bedrock', model: PROFILE },
            { provider: 'bedrock', model: BASE, region: 'us-west-2' },
          ],
        },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => upstream.script('*', frames(START, text('Hello '), text('there.'), ...END)))

const regionsAsked = (before: number) => upstream.requests.slice(before).map(({ path }) => path.split('/')[2])

it.each([
  ['throttles', throttled],
  [
    'breaks off with an exception before any output',
    frames(START, exceptionFrame('throttlingException', { message: 'No.' })),
  ],
  ['is cut before any output', frames(START.subarray(0, 20))],
])('goes on in another region when the profile %s', async (_, fault) => {
  upstream.script(PROFILE, fault)
  for (const dialect of ['openai', 'openrouter'] as const) {
    const answer = await ask(router.url, dialect, 'claude', true)
    expect([answer.status, dialects[dialect].text(answer)]).toEqual([200, 'Hello there.'])
    expect(dialects[dialect].complete(answer)).toBe(true)
  }
  expect(upstream.requests.at(-1)?.path).toContain(`/us-west-2/model/${encodeURIComponent(BASE)}/converse-stream`)
})

it('signs for the region that is asked', async () => {
  const before = upstream.requests.length
  upstream.script(PROFILE, throttled)
  await ask(router.url, 'openai', 'claude', true)
  for (const { path, headers } of upstream.requests.slice(before))
    expect(headers.authorization).toContain(`/${path.split('/')[2]}/bedrock/aws4_request`)
  expect(regionsAsked(before).at(-1)).toBe('us-west-2')
})

it('says what an exception was about when nobody else is left', async () => {
  const broken = frames(START, exceptionFrame('modelStreamErrorException', { message: 'It broke.' }))
  for (const model of ['*', PROFILE, BASE]) upstream.script(model, broken)
  const answer = await ask(router.url, 'openai', 'claude', true)
  expect(answer.status).toBe(502)
  expect(JSON.stringify(dialects.openai.error(answer))).toContain('It broke.')
})
