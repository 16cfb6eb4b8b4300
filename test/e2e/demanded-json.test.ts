/** JSON demanded of a stream: whoever writes prose is left while the client has nothing yet, and an answer that has begun is never cut. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

/** What the scripted upstream answers where JSON is demanded. */
const GOOD = '{}'
const PROSE = 'Sure! Here is your JSON: {"answer": 42}'
const LATE = '{"answer": 42} I hope this helps.'

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.script('prose', reply({ text: PROSE, chunks: 5 }))
  upstream.script('late', reply({ text: LATE, chunks: 5 }))
  router = await startRouter({
    config: {
      providers: { one: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: {
        'prose-first': { endpoints: ['one/prose', 'one/good'] },
        'late-first': { endpoints: ['one/late', 'one/good'] },
        'only-prose': { endpoints: ['one/prose'] },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it.each([
  ['prose-first', GOOD, { 'one/prose': 'provider_malformed', 'one/good': 'ok' }],
  ['late-first', LATE, { 'one/late': 'provider_malformed' }],
  ['only-prose', PROSE, { 'one/prose': 'provider_malformed' }],
])('%s', async (model, text, kinds) => {
  const answer = await ask(router.url, 'openai', model, true, { body: { response_format: { type: 'json_object' } } })
  expect(dialects.openai.text(answer), answer.text).toBe(text)
  expect(dialects.openai.error(answer)).toBeUndefined()
  expect(dialects.openai.complete(answer)).toBe(true)
  const attempts = await attemptsOf(router.url, answer.headers['x-generation-id'])
  expect(attempts).toEqual(Object.entries(kinds).map(([endpoint, kind]) => ({ endpoint, kind })))
})

it('nothing is held against prose that nobody forbade', async () => {
  const answer = await ask(router.url, 'openai', 'prose-first', true)
  expect(dialects.openai.text(answer)).toBe(PROSE)
})
